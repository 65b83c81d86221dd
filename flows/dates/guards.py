"""Words that keep a number or a day in a sentence from being read as a stay: plain data."""

from flows.dates.words import folded


def _words(row: str) -> frozenset[str]:
    return frozenset(folded(word) for word in row.split())


# Whole answers, yet ordinary words inside a sentence ("we sat by the fire", "Tom is here").
SHY = _words("sat sun mon wed tom yesterday काल")

# Words that look both ways: in a sentence about what has happened they are the past.
TWO_WAY = _words("kal parso parsu parson parva parwa parvaa narso tarso कल परसों परसो परवा")

# A number before one of these counts something.
UNITS = _words(
    """people person persons ppl pax guest guests adult adults kid kids child children friend
    friends member members couple couples family families boy boys girl girls gents ladies log
    logo logon loga jane jana janana janansathi vyakti mehman mehmaan pahune bacche bachche bande
    mitra dost tent tents room rooms villa villas cottage cottages rs rupee rupees rupaye rupay
    inr k lakh lac hazar hajar thousand percent % km kms min mins minute minutes hour hours hrs hr
    ghante ghanta tas star stars year years yr yrs saal varsh varsha feet ft acre bhk bed beds
    seater time times floor std birthday bday anniversary eve kg gb class
    जण जणं जणांसाठी जणांना जन जनों लोग लोगों लोक व्यक्ति व्यक्ती मेहमान पाहुणे बच्चे मुले रुपये रुपए
    रूपये रु हजार लाख घंटे तास मिनिट मिनट साल वर्ष वर्षे किमी माणसं माणसे मित्र दोस्त टेंट तंबू
    रूम कमरे खोल्या टक्के"""
)

# A number after one of these names or prices something, unless a month follows it.
LABELS = _words(
    "₹ rs inr room tent villa no number flat gate plot house table sector # रु नंबर रूम टेंट"
)

# "every saturday", "last sunday", "first friday": not one coming day.
OTHER_DAYS = _words(
    """every each last previous first second third fourth har pichle pichla gelya magchya since
    हर दर प्रत्येक पिछले पिछला मागच्या गेल्या पहिल्या पहले"""
)

# Before or behind a day: not that one.
EXCEPT = _words("not except excluding")
REFUSALS = _words("nahi nahin nai nako not cannot cant नहीं नही नाही नको")

# With these in the sentence कल, परसों, परवा are days gone by.
PAST_TENSE = _words(
    """tha thi kiya kiye diya diye dia gaya gayi bheja kela kele keli hota hoti dila dile dili zala
    zale jhala jhale paid sent was were था थी थे किया दिया गया गई भेजा केला केले केली केलं होता होती
    दिला दिले दिली झाला झाले झाली पाठवला पाठवले"""
)

# With these a lone "tomorrow" or "sunday" is when something else happens.
ERRANDS = _words(
    """call calling phone ring tell inform confirm pay payment paid send ask think decide discuss
    reply contact message msg update weather rain busy meeting salary bata batao batata batati
    bataunga bataungi batayenge dunga dungi denge sochke puchke poochke baat sangto sangte sangen
    sangu kalavto kalavte deto dete bolto bolte mausam paus fon बताता बताऊंगा बताऊंगी बताएंगे दूंगा
    दूंगी देंगे बात सांगतो सांगते सांगू कळवतो कळवते देतो देते बोलतो बोलते मौसम पाऊस फोन कॉल"""
)

# With these a lone "1 night" asks for a price.
PRICES = _words(
    """price prices rate rates cost costs charge charges kitna kitne kitni kiti much rent fees
    tariff paise bhada किती कितना कितने कितनी दर भाव किंमत भाडे रेट दाम पैसे"""
)

# "Happy Diwali" is a greeting, not a date.
GREETINGS = _words(
    """happy merry shubh shubhkamna wish wishes greetings mubarak hardik शुभ शुभेच्छा शुभकामना
    शुभकामनाएं हार्दिक मुबारक"""
)
