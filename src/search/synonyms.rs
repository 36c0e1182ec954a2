//! The synonyms of the shop: those it came with, without what it removed, and its own. Kept in the database and followed
//! by every node, so that a change needs no restart.

use super::store;
use crate::{db::Conn, domain::search::reading::Rule, server::state::Shop};
use std::collections::BTreeMap;

const STANDARD: &str = include_str!("synonyms.txt");

/// The rules that every shop begins with.
fn standard() -> impl Iterator<Item = Rule> {
    STANDARD.lines().filter(|line| !line.starts_with('#')).filter_map(Rule::parse)
}

/// All rules in force, sorted by their text.
pub async fn list(conn: &mut Conn<'_>) -> sqlx::Result<Vec<Rule>> {
    let mut rules: BTreeMap<String, Rule> = standard().map(|rule| (rule.to_string(), rule)).collect();
    for (line, removed) in store::list_synonym_changes(conn).await? {
        match Rule::parse(&line) {
            Some(rule) if !removed => drop(rules.insert(line, rule)),
            _ => drop(rules.remove(&line)),
        }
    }
    Ok(rules.into_values().collect())
}

/// Adds a rule; false when it is in force already.
pub async fn add(shop: &Shop, rule: &Rule) -> sqlx::Result<bool> {
    change(shop, rule, false).await
}

/// Removes a rule; false when there is none.
pub async fn remove(shop: &Shop, rule: &Rule) -> sqlx::Result<bool> {
    change(shop, rule, true).await
}

async fn change(shop: &Shop, rule: &Rule, removed: bool) -> sqlx::Result<bool> {
    let mut tx = shop.db.begin().await?;
    let is_in_force = list(&mut tx.conn()).await?.contains(rule);
    if is_in_force != removed {
        return Ok(false);
    }
    store::upsert_synonym(&mut tx, rule, removed, shop.ids.next(), shop.clock.now()).await?;
    tx.commit().await?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_that_a_shop_begins_with_is_a_rule_in_its_one_spelling() {
        let lines: Vec<&str> = STANDARD.lines().filter(|line| !line.starts_with('#')).collect();
        let rules: Vec<String> = standard().map(|rule| rule.to_string()).collect();
        assert!(rules.len() > 50);
        assert_eq!(rules, lines);
    }
}
