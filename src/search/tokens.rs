//! The words of the index: those of [`words`], as Tantivy wants them.

use crate::domain::search::reading::words;
use tantivy::tokenizer::{Token, TokenStream, Tokenizer};

/// Which form of each word is indexed.
#[derive(Clone, Copy)]
pub enum WordTokenizer {
    Stems,
    Spellings,
}

pub struct WordStream {
    tokens: std::vec::IntoIter<String>,
    token: Token,
}

impl Tokenizer for WordTokenizer {
    type TokenStream<'a> = WordStream;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> WordStream {
        let words = words::words(text).into_iter().filter(|word| word.folded != "$");
        let tokens: Vec<String> = match self {
            Self::Stems => words.map(|word| word.stem()).collect(),
            Self::Spellings => words.map(|word| word.folded).collect(),
        };
        WordStream { tokens: tokens.into_iter(), token: Token::default() }
    }
}

impl TokenStream for WordStream {
    fn advance(&mut self) -> bool {
        let Some(text) = self.tokens.next() else { return false };
        self.token.text = text;
        // Begins before the first place.
        self.token.position = self.token.position.wrapping_add(1);
        true
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}
