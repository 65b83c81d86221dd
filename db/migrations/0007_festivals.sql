-- Days that people call by a name, for the date grammar; brought by `properties import`.
CREATE TABLE festival (
    word  text NOT NULL CHECK (length(word) BETWEEN 2 AND 60),
    first date NOT NULL,
    last  date NOT NULL CHECK (last >= first),
    PRIMARY KEY (word, first)
);
