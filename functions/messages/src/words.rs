//! The words of messages, in the form in which they are found: docs/search.md says what is found and what is not.

use std::collections::BTreeSet;
use std::iter;

use caseless::Caseless;
use shared::crypto::EpochKey;
use shared::http::Invalid;
use shared::limits::{SEARCH_CHARS, SEARCH_PREFIX_CHARS, SEARCH_WORDS};
use shared::message::Content;
use unicode_normalization::UnicodeNormalization;
use unicode_segmentation::UnicodeSegmentation;

/// How many of a word's first letters there are tokens of. What is searched for has that of the longest beginning that is no longer
/// than itself, and the rest is looked up in what was opened.
const LENGTHS: [usize; 3] = [SEARCH_PREFIX_CHARS, 5, 8];
/// Tokens of a message at the most, those of its first words.
const TOKENS: usize = 2_000;

/// What is searched for: a message is found that has every term.
#[derive(Debug, PartialEq, Eq)]
pub struct Query {
    /// The one that promises to be in the fewest messages comes first. Never empty.
    terms: Vec<Term>,
}

/// One thing that a message must have.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Term {
    /// A word of one or two letters.
    Word(String),
    /// A word that begins so.
    Beginning(String),
    /// Two words with nothing between them, as in scripts that are written without spaces.
    Pair(String, String),
}

impl Term {
    /// What its token is made of. No word has a space in it.
    fn text(&self) -> String {
        match self {
            Self::Word(word) | Self::Beginning(word) => cut(word).to_owned(),
            Self::Pair(one, next) => format!("{} {}", cut(one), cut(next)),
        }
    }

    /// Whether its token says less than the term itself.
    fn is_cut(&self) -> bool {
        match self {
            Self::Word(word) | Self::Beginning(word) => cut(word) != word,
            Self::Pair(one, next) => cut(one) != one || cut(next) != next,
        }
    }

    fn is_in(&self, runs: &[Run<'_>]) -> bool {
        let mut words = runs.iter().flat_map(|run| &run.words);
        match self {
            Self::Word(word) => words.any(|other| other == word),
            Self::Beginning(beginning) => words.any(|word| word.starts_with(beginning)),
            Self::Pair(one, next) => {
                runs.iter().any(|run| run.words.windows(2).any(|pair| pair[0] == one && pair[1] == next))
            }
        }
    }
}

impl Query {
    /// The terms of what somebody typed.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        if text.chars().count() > SEARCH_CHARS {
            return Err(Invalid::too_many("too_long", SEARCH_CHARS, "characters"));
        }
        let text = folded(text);
        let mut terms = BTreeSet::new();
        for run in runs(&text) {
            if let [word] = run.words[..] {
                let short = word.chars().nth(SEARCH_PREFIX_CHARS - 1).is_none();
                if short && run.is_beginning {
                    let rule = format!("must have at least {SEARCH_PREFIX_CHARS} letters before a *");
                    return Err(Invalid::new("prefix_too_short", rule));
                }
                let word = word.to_owned();
                terms.insert(if short { Term::Word(word) } else { Term::Beginning(word) });
            }
            terms.extend(run.words.windows(2).map(|pair| Term::Pair(pair[0].to_owned(), pair[1].to_owned())));
        }
        if terms.is_empty() {
            return Err(Invalid::new("no_words", "must hold a word"));
        }
        if terms.len() > SEARCH_WORDS {
            return Err(Invalid::too_many("too_many_words", SEARCH_WORDS, "words"));
        }
        let mut terms: Vec<Term> = terms.into_iter().collect();
        terms.sort_by_key(|term| std::cmp::Reverse(term.text().len()));
        Ok(Self { terms })
    }

    /// How many terms there are beside the first.
    pub fn others(&self) -> usize {
        self.terms.len() - 1
    }

    /// The terms' tokens in an epoch: the first one's, and the others'.
    pub fn tokens(&self, key: &EpochKey) -> (i64, Vec<i64>) {
        let key = key.search_key();
        let mut tokens = self.terms.iter().map(|term| key.token(&term.text()));
        // There is a first one: `terms` is never empty.
        (tokens.next().unwrap_or_default(), tokens.collect())
    }

    /// Whether a message with all the tokens may yet lack a term.
    pub fn is_cut(&self) -> bool {
        self.terms.iter().any(Term::is_cut)
    }

    /// Whether every term is in what a message says.
    pub fn is_in<'a>(&self, texts: impl IntoIterator<Item = &'a str>) -> bool {
        let texts: Vec<String> = texts.into_iter().map(folded).collect();
        let runs: Vec<Run<'_>> = texts.iter().flat_map(|text| runs(text)).collect();
        self.terms.iter().all(|term| term.is_in(&runs))
    }
}

/// The tokens that a message is found by, in their own order: that of the text is nobody's affair. `None` when nothing in it can be
/// found.
pub fn tokens(key: &EpochKey, content: &Content) -> Option<Vec<i64>> {
    let place = content.location.as_ref();
    let texts = [
        content.text.as_deref(),
        place.and_then(|place| place.name.as_deref()),
        place.and_then(|place| place.address.as_deref()),
    ];
    let key = key.search_key();
    let tokens: BTreeSet<i64> =
        terms(texts.into_iter().flatten()).iter().map(|term| key.token(term)).collect();
    Some(tokens.into_iter().collect()).filter(|tokens: &Vec<i64>| !tokens.is_empty())
}

/// What the tokens of these texts are made of.
fn terms<'a>(texts: impl IntoIterator<Item = &'a str>) -> BTreeSet<String> {
    let mut terms = BTreeSet::new();
    for text in texts {
        let text = folded(text);
        for run in runs(&text) {
            for (place, word) in run.words.iter().enumerate() {
                // A short word is found as a whole, any other by its beginnings.
                let letters = word.chars().count();
                let shortest = letters.min(SEARCH_PREFIX_CHARS);
                let beginnings = iter::once(shortest)
                    .chain(LENGTHS.into_iter().filter(|length| (shortest + 1..=letters).contains(length)));
                let pair = place
                    .checked_sub(1)
                    .map(|before| Term::Pair(run.words[before].to_owned(), (*word).to_owned()));
                let found_by: Vec<String> = beginnings
                    .map(|letters| first(word, letters).to_owned())
                    .chain(pair.map(|pair| pair.text()))
                    .collect();
                // A word is found by all of its terms or by none.
                if terms.len() + found_by.len() > TOKENS {
                    return terms;
                }
                terms.extend(found_by);
            }
        }
    }
    terms
}

/// The text without what makes no difference to whoever searches: case (full folding), forms of one character
/// (compatibility decomposition), and accents of Latin, Greek and Cyrillic letters. The order is that of compatibility
/// caseless matching (The Unicode Standard, 3.13, D146).
fn folded(text: &str) -> String {
    text.chars()
        .nfd()
        .default_case_fold()
        .nfkd()
        .default_case_fold()
        // Letters that are newer than the tables of folding.
        .flat_map(char::to_lowercase)
        .nfkd()
        // Combining Diacritical Marks; those of other scripts are in other blocks, and often vowels.
        .filter(|character| !('\u{300}'..='\u{36f}').contains(character))
        // The one letter whose capital is another's.
        .map(|character| if character == 'ı' { 'i' } else { character })
        .nfc()
        .collect()
}

/// Words without anything between them. Most runs have one word; where no spaces are written, a word is a character or a few,
/// and a run is a phrase.
struct Run<'a> {
    words: Vec<&'a str>,
    /// Whether an asterisk follows.
    is_beginning: bool,
}

/// The words of a folded text by the rules of UAX #29.
fn runs(text: &str) -> Vec<Run<'_>> {
    let mut runs: Vec<Run<'_>> = Vec::new();
    let mut end = None;
    for (start, word) in text.split_word_bound_indices() {
        if !word.contains(char::is_alphanumeric) {
            continue;
        }
        let after = start + word.len();
        let is_beginning = text[after..].starts_with('*');
        match runs.last_mut().filter(|_| end == Some(start)) {
            Some(run) => {
                run.words.push(word);
                run.is_beginning = is_beginning;
            }
            None => runs.push(Run { words: vec![word], is_beginning }),
        }
        end = Some(after);
    }
    runs
}

/// The longest beginning of a word that there is a token of.
fn cut(word: &str) -> &str {
    let letters = word.chars().count();
    let length = LENGTHS.into_iter().rev().find(|length| *length <= letters).unwrap_or(letters);
    first(word, length)
}

fn first(word: &str, letters: usize) -> &str {
    word.char_indices().nth(letters).map_or(word, |(end, _)| &word[..end])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use unicode_normalization::UnicodeNormalization;

    use super::{Query, TOKENS, Term, folded, terms};

    fn found(query: &str, text: &str) -> bool {
        let query = Query::parse(query).unwrap();
        let there = terms([text]);
        let by_tokens = query.terms.iter().all(|term| there.contains(&term.text()));
        assert!(by_tokens || !query.is_in([text]), "{query:?} is in {text:?} and not found");
        by_tokens && query.is_in([text])
    }

    #[test]
    fn what_is_typed_is_found_and_nothing_else() {
        for (query, text) in [
            ("tea", "A cup of TEA, please"),
            ("of a cup", "A cup of TEA, please"),
            ("hel", "hello"),
            ("hell", "hello"),
            ("elepha", "Elephants"),
            ("HELLO", "hello"),
            ("hel*", "hello"),
            ("cafe", "Das Café"),
            ("CAFÉ", "cafe"),
            ("strasse", "Straße"),
            ("STRAẞE", "strasse"),
            ("Σίσυφος", "ΣΙΣΥΦΟΣ"),
            ("ＦＵＬＬ", "full width"),
            ("ﬁne", "fine"),
            ("isik", "IŞIK"),
            ("ışık", "IŞIK"),
            ("don't", "I don't know"),
            ("3.14", "pi is 3.14 or so"),
            ("internationalization", "internationalization is long"),
            ("internationali", "internationalization is long"),
            ("北京", "我住在北京市"),
            ("北", "我住在北京市"),
            ("ケーキ", "ケーキを食べる"),
            ("食べる", "ケーキを食べる"),
            ("ｹｰｷ", "ケーキを食べる"),
            ("iphone", "iPhoneケース"),
            ("안녕하", "안녕하세요"),
            ("สวัสดี", "สวัสดีครับ"),
            ("שלום", "שלום לכולם"),
            ("x", "plan X"),
        ] {
            assert!(found(query, text), "{query:?} in {text:?}");
        }
        for (query, text) in [
            ("teas", "tea"),
            ("ea", "tea"),
            ("te", "tea"),
            ("tea cup", "tea"),
            ("internationalism", "internationalization"),
            ("help", "hello"),
            ("elephone", "Elephants"),
            ("京北", "北京"),
            ("北京", "北 京"),
            ("北市", "北京市"),
        ] {
            assert!(!found(query, text), "{query:?} in {text:?}");
        }
    }

    #[test]
    fn what_holds_no_word_or_too_much_is_refused() {
        let code = |text: &str| Query::parse(text).unwrap_err().into_error("q").code;
        for text in ["", " ", "?!", "*", "👋🏽", "\u{301}", "\0", "-- ' ;"] {
            assert_eq!(code(text), "no_words", "{text:?}");
        }
        for text in ["he*", "h*", "tea he*", "he＊", "ＨＥ*"] {
            assert_eq!(code(text), "prefix_too_short", "{text:?}");
        }
        assert_eq!(code(&"a".repeat(201)), "too_long");
        let words =
            |count: usize| (0..count).map(|number| format!("w{number}")).collect::<Vec<_>>().join(" ");
        assert!(Query::parse(&words(16)).is_ok());
        assert_eq!(code(&words(17)), "too_many_words");
        assert_eq!(code("一二三四五六七八九十百千万億兆京垓秭"), "too_many_words");
        assert!(Query::parse(&"a".repeat(200)).is_ok());
    }

    #[test]
    fn the_rarest_term_comes_first() {
        let query = Query::parse("of elephants a of").unwrap();
        let word = |word: &str| Term::Word(word.to_owned());
        let first = Term::Beginning("elephants".to_owned());
        assert_eq!(query.terms, [first, word("of"), word("a")]);
    }

    #[test]
    fn a_message_has_so_many_tokens_and_no_more() {
        let text: String = (0..10_000).map(|number| char::from_u32(0x4e00 + number).unwrap()).collect();
        let terms = terms([text.as_str()]);
        assert!((TOKENS - 2..=TOKENS).contains(&terms.len()), "{}", terms.len());
        assert!(terms.contains("一"), "the first words are kept");
        assert_eq!(super::terms(["Hello, hello! HELLO, hi"]).len(), 3, "hel, hello, hi");
        assert_eq!(super::terms(["internationalization"]).len(), 3, "by 3, 5 and 8 of its letters");
    }

    #[test]
    fn no_letter_differs_from_its_capital() {
        for character in (0..=0x0010_ffff).filter_map(char::from_u32) {
            let expected = folded(&character.to_string());
            for other in [character.to_uppercase().collect::<String>(), character.to_lowercase().collect()] {
                assert_eq!(folded(&other), expected, "{character:?}, {other:?}");
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1_024))]

        // Without marks that stand alone: an iota below a letter is a letter of its own in capitals, and what comes after it
        // would be that letter's mark then.
        #[test]
        fn the_form_of_a_text_makes_no_difference(text in "([\\PC&&\\PM]{0,12}[ ,.]){0,8}") {
            let expected = terms([text.as_str()]);
            for form in [
                text.nfc().collect::<String>(),
                text.nfd().collect(),
                text.nfkc().collect(),
                text.nfkd().collect(),
                text.to_uppercase(),
                text.to_lowercase(),
                text.nfd().collect::<String>().to_uppercase(),
            ] {
                prop_assert_eq!(&terms([form.as_str()]), &expected, "{:?}", form);
            }
        }

        #[test]
        fn arbitrary_text_never_breaks_it(text in any::<String>()) {
            let terms = terms([text.as_str()]);
            prop_assert!(terms.len() <= TOKENS && terms.iter().all(|term| !term.is_empty()));
            let _ = Query::parse(&text);
        }

        #[test]
        fn every_text_is_found_by_itself(text in "\\PC{1,24}") {
            if let Ok(query) = Query::parse(&text) {
                prop_assert!(query.is_in([text.as_str()]));
                let terms = terms([text.as_str()]);
                prop_assert!(query.terms.iter().all(|term| terms.contains(&term.text())));
            }
        }
    }
}
