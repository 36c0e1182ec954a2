//! What shoppers searched for, found and opened in a stretch of time, as [`super::record`] wrote it down.

use super::store::{self, SearchTotalsRow, SearchedRow};
use crate::{db::Conn, domain::timestamp::Timestamp};
use std::{collections::HashMap, fmt};

/// A text that was searched for.
#[derive(Clone, PartialEq, Debug)]
pub struct Query {
    /// In one of its spellings.
    pub text: String,
    pub searches: u32,
    /// The average number of products found.
    pub results: f64,
    pub clicks: u32,
    /// The average place of what was opened, from 1, where it is known.
    pub position: Option<f64>,
}

impl Query {
    /// Products opened for each search: above 1 where people open several.
    #[must_use]
    pub fn click_rate(&self) -> f64 {
        f64::from(self.clicks) / f64::from(self.searches.max(1))
    }
}

/// The searches of a stretch of time. Those that only narrow or sort what was found do not count.
#[derive(Clone, PartialEq, Debug)]
pub struct Insights {
    pub totals: Totals,
    /// Most frequent first.
    pub top: Vec<Query>,
    /// Those that found nothing, most frequent first.
    pub in_vain: Vec<Query>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Totals {
    pub searches: u32,
    pub without_result: u32,
    /// Searched for in another spelling than was typed.
    pub corrected: u32,
    /// Whose text was not kept.
    pub unkept: u32,
    pub clicks: u32,
}

/// What was searched for from one moment up to another; of the texts `limit`.
pub async fn insights(conn: &mut Conn<'_>, from: Timestamp, to: Timestamp, limit: u32) -> sqlx::Result<Insights> {
    let SearchTotalsRow { searches, without_result, corrected, unkept } = store::sum_searches(conn, from, to).await?;
    let top = store::list_searches(conn, from, to, limit.into()).await?;
    let in_vain = store::list_searches_in_vain(conn, from, to, limit.into()).await?;
    let clicks = store::list_clicks(conn, from, to).await?;
    let all_clicks = clicks.iter().map(|row| row.clicks).sum();
    let clicks: HashMap<_, _> = clicks.into_iter().map(|row| (row.folded.clone(), row)).collect();
    let query = |row: SearchedRow| {
        let clicked = clicks.get(&row.folded);
        Query {
            searches: number(row.searches),
            results: row.results as f64 / row.searches.max(1) as f64,
            clicks: number(clicked.map_or(0, |row| row.clicks)),
            position: clicked.filter(|row| row.placed > 0).map(|row| row.positions as f64 / row.placed as f64),
            text: row.text,
        }
    };
    Ok(Insights {
        totals: Totals {
            searches: number(searches),
            without_result: number(without_result),
            corrected: number(corrected),
            unkept: number(unkept),
            clicks: number(all_clicks),
        },
        top: top.into_iter().map(query).collect(),
        in_vain: in_vain.into_iter().map(query).collect(),
    })
}

/// As a plain table.
impl fmt::Display for Insights {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Totals { searches, without_result, corrected, unkept, clicks } = self.totals;
        writeln!(
            f,
            "{searches} searches, {without_result} found nothing, {corrected} were corrected, {clicks} products opened, \
             {unkept} texts not kept"
        )?;
        if !self.top.is_empty() {
            writeln!(f, "\nsearches    found   opened    rate  place  text")?;
        }
        for query in &self.top {
            let place = query.position.map_or("-".to_owned(), |place| format!("{place:.1}"));
            let Query { text, searches, results, clicks, .. } = query;
            let rate = 100.0 * query.click_rate();
            writeln!(f, "{searches:>8} {results:>8.1} {clicks:>8} {rate:>6.0}% {place:>6}  {}", plain(text))?;
        }
        if !self.in_vain.is_empty() {
            writeln!(f, "\nin vain   text")?;
        }
        self.in_vain.iter().try_for_each(|query| writeln!(f, "{:>7}   {}", query.searches, plain(&query.text)))
    }
}

/// Nothing a terminal would obey.
fn plain(text: &str) -> String {
    text.replace(|c: char| c.is_control(), " ")
}

fn number(count: i64) -> u32 {
    u32::try_from(count).unwrap_or(0)
}
