//! Cuts a CSV file into records, with the line each begins on.
//!
//! Follows RFC 4180 by way of `csv-core`, with one thing more: a quote that is opened and never closed would make the
//! rest of the file one field. When such a record has no end within [`MAX_SKIPPED`], or ends where another field's quote
//! opens, its first line is reported and reading goes on with the next line. A record that ends as it should but is
//! longer than [`MAX_RECORD`] is left out whole.

use csv_core::{ReadRecordResult, Reader};
use std::{
    collections::VecDeque,
    fmt,
    io::{self, BufRead},
};

/// The longest record that is believed: a description has its limits.
pub const MAX_RECORD: usize = 256 * 1024;
/// How far the end of a longer one is looked for.
const MAX_SKIPPED: usize = 8 * 1024 * 1024;

/// One record of the file.
#[derive(Debug, PartialEq, Eq)]
pub struct Record {
    /// The line it begins on, from 1.
    pub line: u64,
    /// Its fields, or why there are none.
    pub fields: Result<Vec<String>, Fault>,
}

/// Why a record cannot be read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fault {
    OpenQuote,
    TooLong,
    /// The field with this index is not UTF-8.
    Encoding(usize),
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OpenQuote => f.write_str("a quote is opened and not closed"),
            Self::TooLong => write!(f, "the record is longer than {MAX_RECORD} bytes"),
            Self::Encoding(_) => f.write_str("is not UTF-8: save the file as 'CSV UTF-8'"),
        }
    }
}

/// Reads records one after the other.
pub struct Records<R> {
    input: R,
    /// Lines read and not yet used up, with their line ends; long ones in pieces.
    lines: VecDeque<Vec<u8>>,
    line: u64,
    /// Bytes taken from the input, for a progress bar.
    pub bytes_read: u64,
    ended: bool,
    parser: Reader,
    text: Vec<u8>,
    ends: Vec<usize>,
}

/// How much of a record the parser has written.
#[derive(Default)]
struct Found {
    bytes: usize,
    fields: usize,
}

impl<R: BufRead> Records<R> {
    pub fn new(input: R) -> Self {
        Self {
            input,
            lines: VecDeque::new(),
            line: 1,
            bytes_read: 0,
            ended: false,
            parser: Reader::new(),
            text: vec![0; 4096],
            ends: vec![0; 64],
        }
    }

    /// The next record that is not an empty line; nothing at the end.
    pub fn next(&mut self) -> io::Result<Option<Record>> {
        loop {
            match self.line_at(0)? {
                None => return Ok(None),
                Some(line) if line.trim_ascii().is_empty() => {
                    self.drop_pieces(1);
                    continue;
                }
                Some(_) => {}
            }
            let line = self.line;
            let fields = self.parse()?;
            let blank = fields.as_ref().is_ok_and(|fields| fields.iter().all(|field| field.trim().is_empty()));
            if !blank {
                return Ok(Some(Record { line, fields }));
            }
        }
    }

    /// Feeds lines to the parser until they make a record, and uses them up.
    fn parse(&mut self) -> io::Result<Result<Vec<String>, Fault>> {
        self.parser.reset();
        let (mut found, mut size, mut pieces) = (Found::default(), 0, 0);
        loop {
            let piece = self.line_at(pieces)?.map(<[u8]>::to_vec);
            // A last line may lack its end; within quotes, one more does not help.
            let at_end = piece.is_none();
            let piece = piece.unwrap_or_else(|| vec![b'\n']);
            let whole_line = self.is_one_line(pieces);
            pieces += usize::from(!at_end);
            size += piece.len();
            if size > MAX_RECORD {
                // Nobody will read it: only its end is looked for.
                found = Found::default();
            }
            if self.feed(&piece, &mut found) {
                if size <= MAX_RECORD {
                    self.drop_pieces(pieces);
                    return Ok(decode(&self.text, &self.ends[..found.fields]));
                }
                if whole_line || at_end || closes_a_field(&piece) {
                    self.drop_pieces(pieces);
                    return Ok(Err(Fault::TooLong));
                }
                return self.give_up(Fault::OpenQuote);
            }
            if at_end {
                return self.give_up(Fault::OpenQuote);
            }
            if size > MAX_SKIPPED {
                return self.give_up(if whole_line { Fault::TooLong } else { Fault::OpenQuote });
            }
        }
    }

    /// Whether the first pieces belong to one line with the piece after them.
    fn is_one_line(&self, pieces: usize) -> bool {
        self.lines.iter().take(pieces).all(|piece| !piece.ends_with(b"\n"))
    }

    /// Leaves out the current line only.
    fn give_up(&mut self, fault: Fault) -> io::Result<Result<Vec<String>, Fault>> {
        while let Some(piece) = self.line_at(0)? {
            let ends = piece.ends_with(b"\n");
            self.drop_pieces(1);
            if ends {
                break;
            }
        }
        Ok(Err(fault))
    }

    fn drop_pieces(&mut self, count: usize) {
        self.line += self.lines.drain(..count).filter(|piece| piece.ends_with(b"\n")).count() as u64;
    }

    /// Gives the parser a line; true when the record is complete.
    fn feed(&mut self, line: &[u8], found: &mut Found) -> bool {
        let mut rest = line;
        loop {
            let (text, ends) = (&mut self.text[found.bytes..], &mut self.ends[found.fields..]);
            let (result, read, bytes, fields) = self.parser.read_record(rest, text, ends);
            rest = &rest[read..];
            found.bytes += bytes;
            found.fields += fields;
            match result {
                ReadRecordResult::OutputFull => self.text.resize(self.text.len() * 2, 0),
                ReadRecordResult::OutputEndsFull => self.ends.resize(self.ends.len() * 2, 0),
                ReadRecordResult::InputEmpty => return false,
                ReadRecordResult::Record | ReadRecordResult::End => return true,
            }
        }
    }

    /// The line `ahead` lines after the current one, read when need be.
    fn line_at(&mut self, ahead: usize) -> io::Result<Option<&[u8]>> {
        while self.lines.len() <= ahead && !self.ended {
            let mut line = Vec::new();
            // A file without line ends is read in pieces, so that it cannot fill the memory.
            let read = io::Read::take(&mut self.input, MAX_RECORD as u64 + 1).read_until(b'\n', &mut line)?;
            self.bytes_read += read as u64;
            self.ended = read == 0;
            if read > 0 {
                self.lines.push_back(line);
            }
        }
        Ok(self.lines.get(ahead).map(Vec::as_slice))
    }
}

/// Whether the first quote of a line, doubled ones aside, ends a field that began in a line before. Where a quote was
/// left open it begins another field instead.
fn closes_a_field(line: &[u8]) -> bool {
    let mut at = 0;
    while at < line.len() {
        match (line[at], line.get(at + 1)) {
            (b'"', Some(b'"')) => at += 2,
            (b'"', next) => return matches!(next, None | Some(b',' | b'\r' | b'\n')),
            _ => at += 1,
        }
    }
    true
}

fn decode(text: &[u8], ends: &[usize]) -> Result<Vec<String>, Fault> {
    let mut start = 0;
    let field = |(index, end): (usize, &usize)| {
        let bytes = &text[start..*end];
        start = *end;
        std::str::from_utf8(bytes).map(str::to_owned).map_err(|_| Fault::Encoding(index))
    };
    ends.iter().enumerate().map(field).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    type Seen = Vec<(u64, Result<Vec<String>, Fault>)>;

    fn read(text: &[u8]) -> Seen {
        let mut records = Records::new(text);
        std::iter::from_fn(|| records.next().unwrap()).map(|r| (r.line, r.fields)).collect()
    }

    fn row(line: u64, fields: &[&str]) -> (u64, Result<Vec<String>, Fault>) {
        (line, Ok(fields.iter().map(|&f| f.to_owned()).collect()))
    }

    #[test]
    fn fields_may_hold_commas_quotes_and_line_ends() {
        let seen = read(b"a,b\r\n\"x,\"\"y\"\"\",\"1\n2\n3\"\n\nlast,row");
        let expected: Seen = vec![row(1, &["a", "b"]), row(2, &["x,\"y\"", "1\n2\n3"]), row(6, &["last", "row"])];
        assert_eq!(seen, expected);
    }

    #[test]
    fn a_quote_left_open_costs_one_line() {
        let seen = read(b"a,1\nb,\"2\nc,3\nd,4\n");
        assert_eq!(
            seen,
            vec![row(1, &["a", "1"]), (2, Err(Fault::OpenQuote)), row(3, &["c", "3"]), row(4, &["d", "4"])]
        );
    }

    #[test]
    fn an_open_quote_does_not_swallow_a_large_file() {
        let mut text = b"a,\"1\n".to_vec();
        (0..40_000).for_each(|i| text.extend(format!("row {i},x\n").bytes()));
        let seen = read(&text);
        assert_eq!(seen.len(), 40_001);
        assert_eq!(seen[1], row(2, &["row 0", "x"]));
    }

    #[test]
    fn a_record_that_is_too_long_is_left_out_to_its_end() {
        for filling in ["word ".repeat(60_000), "a \"\"line\"\"\n".repeat(30_000), "line, with\r\n".repeat(30_000)] {
            let lines = filling.matches('\n').count() as u64;
            let seen = read(format!("a,1\nb,\"{filling}\",\"2\"\nc,3\n").as_bytes());
            assert_eq!(seen, vec![row(1, &["a", "1"]), (2, Err(Fault::TooLong)), row(3 + lines, &["c", "3"])]);
        }
    }

    #[test]
    fn a_long_line_without_quotes_is_one_line() {
        for size in [MAX_RECORD + 1, 3 * MAX_RECORD, MAX_SKIPPED + 2 * MAX_RECORD] {
            let seen = read(format!("a,1\n{}\nb,2\n", "x".repeat(size)).as_bytes());
            assert_eq!(seen, vec![row(1, &["a", "1"]), (2, Err(Fault::TooLong)), row(3, &["b", "2"])]);
        }
    }

    #[test]
    fn a_quote_left_open_far_before_another_field_costs_one_line() {
        let plain = "row,x\n".repeat(60_000);
        let seen = read(format!("a,\"1\n{plain}b,\"2\"\n").as_bytes());
        assert_eq!((seen.len(), &seen[0]), (60_002, &(1, Err(Fault::OpenQuote))));
        assert_eq!(seen[60_001], row(60_002, &["b", "2"]));
    }

    #[test]
    fn a_quote_inside_an_unquoted_field_is_a_quote() {
        assert_eq!(read(b"5\" pot,x\n"), vec![row(1, &["5\" pot", "x"])]);
    }

    #[test]
    fn a_field_in_another_encoding_is_named() {
        assert_eq!(read(b"caf\xe9,x\nok,y\n"), vec![(1, Err(Fault::Encoding(0))), row(2, &["ok", "y"])]);
    }

    #[test]
    fn a_last_quoted_field_may_end_with_the_file() {
        assert_eq!(read(b"a,\"b\""), vec![row(1, &["a", "b"])]);
        assert_eq!(read(b"a,\"b\nc\""), vec![row(1, &["a", "b\nc"])]);
        assert_eq!(read(b""), vec![]);
    }
}
