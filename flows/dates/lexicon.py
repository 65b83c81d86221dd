"""The words of days in English, Hindi, Marathi and Hinglish: plain data, to be added to.

A row is a value and the words that mean it. Words stand in lower case, without nukta, with
anusvara for chandrabindu (`tokens.folded` makes both sides alike).
"""

Rows = tuple[tuple[int, str], ...]

MONTHS: Rows = (
    (1, "jan january janury januray janvari janwari januari janevari janewari"),
    (1, "जनवरी जानेवारी जाने जन॰"),  # not जन: "4 जन" are four people
    (2, "feb february febuary feburary februari febuvari farvari farwari pharvari"),
    (2, "फरवरी फेब्रुवारी फेब्रु फेब फर"),
    (3, "mar march मार्च"),
    (4, "apr april aprl aprail epril अप्रैल एप्रिल अप्रै एप्रि"),
    (5, "may मई मे"),
    (6, "jun june joon जून"),
    (7, "jul july julai julay जुलाई जुलै जुल"),
    (8, "aug august agast ogast augst अगस्त ऑगस्ट अग ऑग"),
    (9, "sep sept september sitambar sitamber septembar septmber"),
    (9, "सितंबर सितम्बर सप्टेंबर सप्टेम्बर सप्टें सित"),
    (10, "oct october octobar aktubar aktober oktobar अक्टूबर अक्तूबर ऑक्टोबर ऑक्टो अक्टू"),
    (11, "nov november novembar novmber navambar navamber नवंबर नवम्बर नोव्हेंबर नोव्हें नव"),
    (12, "dec december decem decmber decembr dicember decembar desember disember disembar"),
    (12, "disambar dismbar disamber दिसंबर दिसम्बर डिसेंबर डिसेम्बर डिसें दिस"),
)

WEEKDAYS: Rows = (
    (0, "mon monday mondy somvar somwar somvaar somwaar somvari somwari सोमवार"),
    (1, "tue tues tuesday tuesdy mangalvar mangalwar mangalvaar mangalwaar mangalvari"),
    (1, "mangalwari मंगलवार मंगळवार"),
    (2, "wed wednesday wednsday wensday wednesdy budhvar budhwar budhvaar budhwaar budhvari"),
    (2, "budhwari बुधवार"),
    (3, "thu thur thurs thursday thrusday thursdy guruvar guruwar guruvaar guruwaar guruvari"),
    (3, "guruwari brihaspativar veervar गुरुवार गुरूवार बृहस्पतिवार वीरवार"),
    (4, "fri friday frday fridy shukravar shukrawar shukrvar shukrwar shukravaar shukrawaar"),
    (4, "shukravari shukrawari शुक्रवार"),
    (5, "sat saturday saturdy satuday saterday satday shanivar shaniwar shanivaar shaniwaar"),
    (5, "shanivari shaniwari sanivar saniwar शनिवार शनीवार"),
    (6, "sun sunday sundy itwar itvar itwaar itvaar etvar etwar ravivar raviwar ravivaar"),
    (6, "raviwaar ravivari raviwari रविवार रवीवार इतवार"),
)

# Short weekdays that are also people's names: they count only beside another word of a date.
NAMELIKE: Rows = (
    (0, "som सोम"),
    (1, "mangal मंगल मंगळ"),
    (2, "budh बुध"),
    (3, "guru गुरु गुरू"),
    (4, "shukra shukr शुक्र"),
    (5, "shani शनि शनी"),
    (6, "ravi रवि रवी"),
)

RELATIVE: Rows = (
    (-1, "yesterday काल"),
    (0, "today tody tdy 2day tonight tonite aaj aaaj आज"),
    (1, "tomorrow tomorow tommorow tommorrow tomorrw tomorro tomoro tmrw tmr tmw tmrow tmro tomo"),
    (1, "tom 2morrow 2moro 2morow 2mrw 2mro kal udya udyaa uddya उद्या कल"),
    (2, "parso parsu parson parva parwa parvaa overmorrow परसों परसो परवा परवां"),
    (3, "narso tarso terva नरसों तरसों तेरवा"),
)

COUNTS: Rows = (
    (1, "a an one ek एक"),
    (2, "two do don दो दोन"),
    (3, "three teen tin तीन"),
    (4, "four char chaar चार"),
    (5, "five panch paanch pach पांच पाच"),
    (6, "six chhe chah saha छह छे सहा"),
    (7, "seven saat सात"),
    (8, "eight aath आठ"),
    (9, "nine nau नौ नऊ"),
    (10, "ten das दस दहा"),
)

THIS, COMING, NEXT = 1, 2, 3
MODIFIERS: Rows = (
    (THIS, "this dis is iss ye yeh इस इसी ये यह ह्या हा"),
    (COMING, "coming upcoming comming yetya yetyaa yenarya aanewale aanewali येत्या येणाऱ्या आनेवाले"),
    (NEXT, "next nxt nex agle agla agli pudhcha pudhchya pudhil"),
    (NEXT, "अगले अगला अगली पुढच्या पुढचा पुढील पुढल्या"),
)

AM, PM = 1, 2
HALVES: Rows = ((AM, "am"), (PM, "pm"))

MORNING, NOON, EVENING, NIGHT = 1, 2, 3, 4
DAYPARTS: Rows = (
    (MORNING, "morning mrng mornin subah subha subeh sakali sakaali saver सुबह सवेरे सकाळी"),
    (NOON, "noon afternoon dopahar dophar dopeher dupari dupaari duphari दोपहर दुपारी दुपारच्या"),
    (EVENING, "evening evng shaam sham sandhyakali sayankali शाम संध्याकाळी सायंकाळी"),
)

# Kind (a member of tokens.Kind, by name) -> words without a value.
PLAIN = {
    "night": "night nights nite nites raat raate raatein raaton ratri ratra"
    " रात रातें रातों रात्र रात्री रात्रीं",
    "days": "day days din dino dinon divas divasa diwas दिन दिनों दिवस दिवसां",
    "week": "week weeks wk hafta hafte hapta hapte athavda athavdyat"
    " हफ्ता हफ्ते हप्ते सप्ताह आठवडा आठवडे आठवड्या आठवड्यां",
    "monthly": "month mahine mahina mahinyat महीने महिने महिना महिन्या",
    "weekend": "weekend weekends wknd wkend wekend weekand vikend वीकेंड विकेंड वीकएंड विकएंड",
    "tarikh": "tarikh tarik tareekh tarekh taarikh tarkhela tarkhe tarkhla तारीख तारखे",
    "oclock": "baje bje bajey o'clock oclock vajta vajata wajta wajata बजे वाजता वा",
    "at": "at @",
    "inside": "in mein me madhe में मध्ये",
    "after": "after later baad nantar बाद नंतर",
    "to": "to - – — te thru through ~ > → ते",
    "till": "till til until untill tak upto paryant paryanta paryent तक पर्यंत",
    "origin": "from frm starting start se pasun pasoon pasna onwards onward से पासून",
    "purpose": "for liye sathi saathi लिए लिये साठी",
    "checkin": "checkin chekin arriving arrive arrival चेकइन",
    "checkout": "checkout chekout leaving leave departure out चेकआउट चेकआऊट",
    "also": "and & aur aani ani + आणि और व",
    "either": "or ya kiva kinva या किंवा अथवा",
    "between": "between btw",
    "comma": ", ; / | · •",
    "filler": "the of ke ka ki date dates dated dt के का की रोजी . : ! ? ( ) [ ] * _ ।",
    "vouch": "on ko la को ला",  # dropped like a filler; beside a shy word they make it a day
}

PHRASES: tuple[tuple[str, str, int], ...] = (
    ("जन .", "month", 1),
    ("day after tomorrow", "relative", 2),
    ("day after tmrw", "relative", 2),
    ("day after tom", "relative", 2),
    ("day after", "relative", 2),
    ("aane wale", "modifier", COMING),
    ("aane wali", "modifier", COMING),
    ("आने वाले", "modifier", COMING),
    ("ke din", "vouch", 0),
    ("के दिन", "vouch", 0),
    ("च्या दिवशी", "vouch", 0),
    ("ke liye", "purpose", 0),
    ("के लिए", "purpose", 0),
    ("के लिये", "purpose", 0),
    ("from now", "after", 0),
    ("up to", "till", 0),
    ("चेक इन", "checkin", 0),
    ("चेक आउट", "checkout", 0),
    ("चेक आऊट", "checkout", 0),
    ("long weekend", "unknown", 0),  # which days those are, the festivals' table says
    ("aaj kal", "unknown", 0),  # "nowadays"
    ("आज कल", "unknown", 0),
    ("sat sri", "unknown", 0),
    ("sat shri", "unknown", 0),
    ("parva nahi", "unknown", 0),  # "never mind"
    ("parwa nahi", "unknown", 0),
    ("परवा नाही", "unknown", 0),
    ("may i", "unknown", 0),
    ("may we", "unknown", 0),
    ("may be", "unknown", 0),
    ("may come", "unknown", 0),
    ("may not", "unknown", 0),
    ("may join", "unknown", 0),
    ("may have", "unknown", 0),
)

# Case endings and postpositions written onto the word, and the kind each adds; longest first.
ENDINGS: tuple[tuple[str, str], ...] = (
    ("paryanta", "till"),
    ("paryant", "till"),
    ("pasoon", "origin"),
    ("pasun", "origin"),
    ("chya", "filler"),
    ("cha", "filler"),
    ("chi", "filler"),
    ("ala", "vouch"),
    ("la", "vouch"),
    ("ko", "vouch"),
    ("पर्यंत", "till"),
    ("पासून", "origin"),
    ("साठी", "purpose"),
    ("मध्ये", "inside"),
    ("नंतर", "after"),
    ("च्या", "filler"),
    ("चा", "filler"),
    ("ची", "filler"),
    ("चे", "filler"),
    ("ांनी", "after"),
    ("नी", "after"),
    ("ला", "vouch"),
    ("तक", "till"),
    ("को", "vouch"),
    ("से", "origin"),
    ("ात", "filler"),
    ("त", "filler"),
    ("ी", "vouch"),
)

ORDINALS = frozenset({"st", "nd", "rd", "th"})
GLUED = {"n": "night", "d": "days"}  # "2N/3D", only written onto the number
