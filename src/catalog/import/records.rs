//! Cuts a CSV file into records, with the line each begins on.
//!
//! Follows RFC 4180 by way of `csv-core`, with one thing more: a quote that is opened and never closed would make the
//! rest of the file one field. A record that grows past [`MAX_RECORD`] is therefore given up: its first line is
//! reported, and reading goes on with the next line.

use csv_core::{ReadRecordResult, Reader};
use std::{
    collections::VecDeque,
    io::{self, BufRead},
};

/// The longest record that is believed: a description has its limits.
pub const MAX_RECORD: usize = 256 * 1024;

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
    /// The field with this index is not UTF-8.
    Encoding(usize),
}

/// Reads records one after the other.
pub struct Records<R> {
    input: R,
    /// Lines read and not yet used up, with their line ends.
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
                    self.lines.pop_front();
                    self.line += 1;
                    continue;
                }
                Some(_) => {}
            }
            let line = self.line;
            let (used, fields) = self.parse()?;
            self.lines.drain(..used);
            self.line += used as u64;
            let blank = fields.as_ref().is_ok_and(|fields| fields.iter().all(|field| field.trim().is_empty()));
            if !blank {
                return Ok(Some(Record { line, fields }));
            }
        }
    }

    /// Feeds lines to the parser until they make a record: how many it took, and the fields.
    fn parse(&mut self) -> io::Result<(usize, Result<Vec<String>, Fault>)> {
        self.parser.reset();
        let (mut found, mut size, mut lines) = (Found::default(), 0, 0);
        loop {
            let line = self.line_at(lines)?.map(<[u8]>::to_vec);
            // A last line may lack its end; within quotes, one more does not help.
            let at_end = line.is_none();
            let line = line.unwrap_or_else(|| vec![b'\n']);
            lines += usize::from(!at_end);
            size += line.len();
            if self.feed(&line, &mut found) {
                return Ok((lines, decode(&self.text, &self.ends[..found.fields])));
            }
            if at_end || size > MAX_RECORD {
                return Ok((1, Err(Fault::OpenQuote)));
            }
        }
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
        assert_eq!(seen, vec![row(1, &["a", "1"]), (2, Err(Fault::OpenQuote)), row(3, &["c", "3"]), row(4, &["d", "4"])]);
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
