//! What was measured, printed as it comes and as one table at the end.

use std::time::Duration;

/// One figure.
#[derive(Clone)]
struct Figure {
    what: String,
    ours: String,
    compared: String,
    ratio: String,
    aim: String,
    met: Option<bool>,
}

#[derive(Default)]
pub struct Report {
    figures: Vec<Figure>,
}

const WIDTHS: [usize; 5] = [52, 26, 52, 7, 26];

impl Report {
    pub fn begin(&mut self, section: &str) {
        println!("\n{section}");
    }

    /// What is being done, for whoever waits.
    pub fn step(&self, text: &str) {
        println!("  … {text}");
    }

    /// A figure beside another; `ratio` is ours to theirs.
    pub fn compare(&mut self, what: &str, ours: String, compared: String, ratio: f64) -> Aim<'_> {
        let digits = if ratio < 10.0 { 2 } else { 0 };
        self.add(what, ours, compared, format!("{ratio:.digits$}"))
    }

    /// A figure that stands alone.
    pub fn tell(&mut self, what: &str, ours: String, context: String) -> Aim<'_> {
        self.add(what, ours, context, String::new())
    }

    fn add(&mut self, what: &str, ours: String, compared: String, ratio: String) -> Aim<'_> {
        self.figures.push(Figure { what: what.into(), ours, compared, ratio, aim: String::new(), met: None });
        Aim(self)
    }

    pub fn finish(&self, took: Duration) {
        let line: String = WIDTHS.map(|width| "-".repeat(width)).join("  ");
        println!("\n{line}\n{}\n{line}", row(["figure", "ours", "compared to", "ratio", "aim"]));
        self.figures.iter().for_each(|figure| println!("{}", figure.text()));
        let missed = self.figures.iter().filter(|figure| figure.met == Some(false)).count();
        println!("{line}\n{} figures in {} s, {missed} short of their aim", self.figures.len(), took.as_secs());
    }
}

/// Says what a figure should be. Prints it when it is known.
#[must_use]
pub struct Aim<'a>(&'a mut Report);

impl Aim<'_> {
    pub fn aim(self, aim: &str, met: bool) {
        if let Some(figure) = self.0.figures.last_mut() {
            (figure.aim, figure.met) = (aim.into(), Some(met));
        }
        self.no_aim();
    }

    pub fn no_aim(self) {
        if let Some(figure) = self.0.figures.last() {
            println!("  {}", figure.text());
        }
    }
}

impl Figure {
    fn text(&self) -> String {
        let verdict = match self.met {
            Some(true) => format!("{}: met", self.aim),
            Some(false) => format!("{}: MISSED", self.aim),
            None => String::new(),
        };
        row([&self.what, &self.ours, &self.compared, &self.ratio, &verdict])
    }
}

fn row(cells: [&str; 5]) -> String {
    let padded = cells.iter().zip(WIDTHS).map(|(cell, width)| format!("{cell:<width$}"));
    padded.collect::<Vec<_>>().join("  ").trim_end().to_owned()
}

/// `12,345`.
pub fn count(number: f64) -> String {
    let digits = format!("{:.0}", number.max(0.0));
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

pub fn megabytes(kilobytes: u64) -> String {
    format!("{} MB", kilobytes / 1024)
}

pub fn millis(duration: Duration) -> String {
    format!("{:.2} ms", duration.as_secs_f64() * 1000.0)
}
