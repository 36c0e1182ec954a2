//! A page compressed once, with holes that are filled for each visitor without compressing again.
//!
//! Brotli allows bytes that are not compressed between those that are. So the first place of each hole is such a
//! stretch, of a length known beforehand, and at its further places the compressed bytes say "as above". What was made
//! is unpacked with other fillings before it is used; should it not hold, the page is compressed each time instead.

use super::pages::Part;
use brotli::{CompressorWriter, Decompressor, enc::BrotliEncoderParams};
use bytes::{Bytes, BytesMut};
use std::io::{self, Read, Write};

/// As good as can be had for the time that rendering takes anyway.
const QUALITY: i32 = 5;
const WINDOW: i32 = 22;
/// How the first bytes after a hole are compressed depends on the two before them, so these must not be of the hole.
const AFTER: usize = 2;

/// A compressed page: pieces as they are, and the holes with what follows each.
pub struct Packed {
    pieces: Vec<Piece>,
    len: usize,
}

enum Piece {
    Compressed(Bytes),
    Hole(Part, Bytes),
}

impl Packed {
    /// Compresses a page; nothing where that does not work out.
    pub fn new(parts: &[Part], lengths: [usize; 2]) -> Option<Self> {
        let packed = Self::compress(parts, lengths).ok()?;
        let [nonce, token] = lengths.map(|length| filling(length, 2));
        let mut unpacked = Vec::new();
        Decompressor::new(&*packed.fill(&nonce, &token), 4096).read_to_end(&mut unpacked).ok()?;
        (unpacked == whole(parts, &nonce, &token)).then_some(packed)
    }

    fn compress(parts: &[Part], lengths: [usize; 2]) -> io::Result<Self> {
        let [nonce, token] = lengths.map(|length| filling(length, 1));
        let text = whole(parts, &nonce, &token);
        let mut holes: Vec<(usize, &Part, usize)> = Vec::new();
        let mut at = 0;
        for part in parts {
            let length = part.bytes(&nonce, &token).len();
            if !matches!(part, Part::Text(_)) && !holes.iter().any(|(_, seen, _)| seen.is_same_hole(part)) {
                holes.push((at, part, length));
            }
            at += length;
        }
        let settings =
            BrotliEncoderParams { quality: QUALITY, lgwin: WINDOW, size_hint: text.len(), ..Default::default() };
        let mut encoder = CompressorWriter::with_params(Vec::new(), 16 * 1024, &settings);
        let (mut pieces, mut from, mut taken) = (Vec::new(), 0, 0);
        for (at, part, length) in holes {
            let end = (at + length + AFTER).min(text.len());
            if at < from {
                return Err(io::Error::other("holes side by side"));
            }
            encoder.write_all(&text[from..at])?;
            encoder.flush()?;
            pieces.push(Piece::Compressed(Bytes::copy_from_slice(&encoder.get_ref()[taken..])));
            // The encoder has to know what stands there; its own account of that is left out.
            encoder.write_all(&text[at..end])?;
            encoder.flush()?;
            taken = encoder.get_ref().len();
            pieces.push(Piece::Hole(part.clone(), Bytes::copy_from_slice(&text[at + length..end])));
            from = end;
        }
        encoder.write_all(&text[from..])?;
        let compressed = encoder.into_inner();
        pieces.push(Piece::Compressed(Bytes::copy_from_slice(&compressed[taken..])));
        Ok(Self { pieces, len: compressed.len() })
    }

    /// The compressed page for a visitor.
    pub fn fill(&self, nonce: &[u8], token: &[u8]) -> Bytes {
        let mut page = BytesMut::with_capacity(self.len + 256);
        for piece in &self.pieces {
            match piece {
                Piece::Compressed(bytes) => page.extend_from_slice(bytes),
                Piece::Hole(part, after) => {
                    let bytes = part.bytes(nonce, token);
                    page.extend_from_slice(&uncompressed(bytes.len() + after.len()));
                    page.extend_from_slice(bytes);
                    page.extend_from_slice(after);
                }
            }
        }
        page.freeze()
    }
}

/// The head of a stretch of bytes that are not compressed (RFC 7932, 9.2): not the last, four nibbles of length.
fn uncompressed(length: usize) -> [u8; 3] {
    let bits = ((length as u32 - 1) << 3) | (1 << 19);
    let [a, b, c, _] = bits.to_le_bytes();
    [a, b, c]
}

/// The page with its holes filled.
fn whole(parts: &[Part], nonce: &[u8], token: &[u8]) -> Vec<u8> {
    parts.iter().flat_map(|part| part.bytes(nonce, token)).copied().collect()
}

/// Bytes that occur in no page, because they are no text, and that repeat nothing.
fn filling(length: usize, seed: u32) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9e37_79b9) ^ (length as u32);
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        0x80 | (state >> 24) as u8
    };
    (0..length).map(|_| next()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(pieces: &[(&str, Option<Part>)]) -> Vec<Part> {
        let each = pieces.iter().flat_map(|(text, hole)| {
            [Some(Part::Text(Bytes::copy_from_slice(text.as_bytes()))), hole.clone()].into_iter().flatten()
        });
        each.collect()
    }

    fn unpacked(bytes: &[u8]) -> String {
        let mut text = String::new();
        Decompressor::new(bytes, 4096).read_to_string(&mut text).unwrap();
        text
    }

    #[test]
    fn a_packed_page_unpacks_to_the_page_of_each_visitor() {
        let long = "<li class=\"card\"><a href=\"/p/sea-shirt\">Sea Shirt</a></li>".repeat(500);
        let (token, nonce) = (Some(Part::Token), Some(Part::Nonce));
        let parts = page(&[
            ("<!DOCTYPE html><meta content=\"", token.clone()),
            ("\"><script nonce=\"", nonce.clone()),
            (&format!("\">{long}<form><input value=\""), token.clone()),
            ("\"></form><form><input value=\"", token),
            ("\"></form><script nonce=\"", nonce),
            ("\"></script></html>", None),
        ]);
        let packed = Packed::new(&parts, [32, 64]).expect("it can be packed");
        for seed in ["0f", "7b", "Aa"] {
            let (nonce, token) = (seed.repeat(16), seed.chars().rev().collect::<String>().repeat(32));
            let (nonce, token) = (nonce.as_bytes(), token.as_bytes());
            let page = packed.fill(nonce, token);
            assert_eq!(unpacked(&page).into_bytes(), whole(&parts, nonce, token));
            assert!(page.len() < 600, "{} bytes", page.len());
        }
    }

    #[test]
    fn a_page_without_holes_and_one_that_ends_with_one_are_packed_too() {
        for parts in [page(&[("only text, only text", None)]), page(&[("token ", Some(Part::Token))])] {
            let packed = Packed::new(&parts, [32, 64]).expect("it can be packed");
            let (nonce, token) = ("n".repeat(32), "t".repeat(64));
            let (nonce, token) = (nonce.as_bytes(), token.as_bytes());
            assert_eq!(unpacked(&packed.fill(nonce, token)).into_bytes(), whole(&parts, nonce, token));
        }
    }
}
