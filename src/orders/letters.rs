//! The emails about orders. What they say is read when they are sent: an email tells how things stand, not how they stood.
//!
//! Whoever has the email has the order's signed link. Once the person was erased there is nobody to write to.

use super::{
    bought::Bought,
    papers::service::{address, bank},
    shipments,
    store::{self, OrderRow},
    view::{OrderLine, Shipment},
};
use crate::{
    domain::{
        address::Recipient,
        timestamp::{Day, Timestamp},
    },
    error::AppError,
    messages::{bought as sums, order_letters as words, papers},
    messaging::{
        blocks::{Block, Row},
        letters::{Content, letter_of},
        mail::Mail,
        outbox::Topic,
    },
    server::state::Shop,
};
use serde_json::Value;
use uuid::Uuid;

/// A letter that could not be sent for so long is told to nobody: by then it confuses more than it tells.
const STALE: i64 = 3 * Timestamp::DAY;

/// All that a letter may need.
struct Told {
    order: OrderRow,
    to: Recipient,
    lines: Vec<OrderLine>,
    shipments: Vec<Shipment>,
}

/// What a letter says.
#[derive(Default)]
struct Words {
    heading: &'static str,
    paragraphs: Vec<String>,
    blocks: Vec<Block>,
}

/// The email of a row of the outbox, by its id; nothing where there is nobody to tell any more.
pub async fn compose(shop: &Shop, row: Uuid, topic: Topic, payload: &Value) -> Result<Option<Mail>, AppError> {
    if written_at(row).is_some_and(|at| at.plus(STALE) < shop.clock.now()) {
        return Ok(None);
    }
    let unfit = || AppError::internal("a letter cannot be made of its row");
    let number = payload["order"].as_str().ok_or_else(unfit)?;
    let Some(told) = read(shop, number).await? else { return Ok(None) };
    let words = match topic {
        Topic::OrderConfirmed => confirmed(shop, &told),
        Topic::OrderPaid => paid(&told),
        Topic::OrderExpired => plain(words::EXPIRED_HEADING, &told, words::EXPIRED),
        Topic::OrderShipped => shipped(&told, payload),
        Topic::OrderDelivered => {
            let mut words = plain(words::DELIVERED_HEADING, &told, words::DELIVERED);
            words.paragraphs.push(words::NOT_THERE.to_owned());
            words
        }
        Topic::OrderCancelled => cancelled(&told),
        Topic::OrderReduced => reduced(&told, payload),
        Topic::OrderRefunded => refunded(&told, payload).ok_or_else(unfit)?,
        _ => return Ok(None),
    };
    Ok(Some(sealed(shop, &told, words)))
}

/// When a row was written, which its id tells.
fn written_at(row: Uuid) -> Option<Timestamp> {
    let (seconds, nanos) = row.get_timestamp()?.to_unix();
    Some(Timestamp(i64::try_from(seconds).ok()? * Timestamp::SECOND + i64::from(nanos) / 1_000_000))
}

async fn read(shop: &Shop, number: &str) -> Result<Option<Told>, AppError> {
    let mut reader = shop.db.read().await?;
    let conn = &mut reader.conn();
    let Some(order) = store::find_order_by_number(conn, number).await? else { return Ok(None) };
    let Some(to) = store::find_recipient(conn, order.id()).await? else { return Ok(None) };
    let lines = store::list_lines(conn, &order).await?;
    let shipments = shipments::list_shipments(conn, order.id()).await?;
    Ok(Some(Told { order, to, lines, shipments }))
}

/// Puts a letter into its envelope: with the link to the order.
fn sealed(shop: &Shop, told: &Told, words: Words) -> Mail {
    let order = &told.order;
    let token = shop.signer.order_token(order.id(), shop.clock.now());
    let url = format!("{}/orders/{}?token={token}", shop.config.base_url, order.number);
    let content = Content {
        heading: words.heading,
        paragraphs: &words.paragraphs,
        blocks: &words.blocks,
        button: Some((words::LOOK, &url)),
    };
    let (text, html) = letter_of(shop, &content);
    let to = told.to.email.as_str().to_owned();
    Mail { to, subject: words::subject(words.heading, &order.number), text, html }
}

/// A letter of a few words.
fn plain(heading: &'static str, told: &Told, text: &str) -> Words {
    let placed = words::placed(&told.order.number, Timestamp(told.order.placed_at));
    Words { heading, paragraphs: vec![placed, text.to_owned()], blocks: vec![bought(told)] }
}

fn confirmed(shop: &Shop, told: &Told) -> Words {
    let order = &told.order;
    let mut paragraphs = vec![words::placed(&order.number, Timestamp(order.placed_at))];
    if order.settlement().is_received || order.due().amount == 0 {
        let due = order.due();
        paragraphs.push(if due.amount == 0 { words::paid_by_gift_card() } else { words::paid(due) });
    } else {
        let bank = bank(&shop.info.load());
        paragraphs.extend(sums::how_to_pay(&order.payment_method, order.due(), &bank, &order.number));
    }
    paragraphs.extend(Day::parse(&order.arrives).map(words::arrives));
    let address = Block::Lines { heading: words::DELIVERY_TO.to_owned(), lines: address(&told.to) };
    Words { heading: words::CONFIRMED_HEADING, paragraphs, blocks: vec![bought(told), amounts(told), address] }
}

fn paid(told: &Told) -> Words {
    let mut words = plain(words::PAID_HEADING, told, &words::paid(told.order.due()));
    words.paragraphs.extend(Day::parse(&told.order.arrives).map(words::arrives));
    words
}

fn shipped(told: &Told, payload: &Value) -> Words {
    let id = payload["shipment"].as_str().and_then(|id| Uuid::try_parse(id).ok());
    let found = id.and_then(|id| told.shipments.iter().find(|shipment| shipment.id == id));
    let mut paragraphs = vec![words::placed(&told.order.number, Timestamp(told.order.placed_at))];
    let mut blocks = Vec::new();
    if let Some(parcel) = found {
        paragraphs.push(words::carried(parcel.carrier.name(), &parcel.tracking.number));
        paragraphs.extend(parcel.arrives.map(words::arrives));
        let track = |url: &String| Block::Link { text: words::TRACK.to_owned(), url: url.clone() };
        blocks.extend(parcel.tracking.url.as_ref().map(track));
        let line = |line: &super::view::ShippedLine| {
            let detail = papers::options(&line.options);
            Row { detail, ..Row::new(words::line(line.quantity, &line.title), String::new()) }
        };
        blocks.push(Block::Rows(parcel.lines.iter().map(line).collect()));
    }
    blocks.push(Block::Lines { heading: words::DELIVERY_TO.to_owned(), lines: address(&told.to) });
    Words { heading: words::SHIPPED_HEADING, paragraphs, blocks }
}

fn cancelled(told: &Told) -> Words {
    let mut words = plain(words::CANCELLED_HEADING, told, words::CANCELLED);
    if told.order.settlement().is_received {
        words.paragraphs.push(words::MONEY_BACK.to_owned());
    }
    words
}

/// With the units that its row names, line by line.
fn reduced(told: &Told, payload: &Value) -> Words {
    let mut paragraphs = vec![words::placed(&told.order.number, Timestamp(told.order.placed_at))];
    paragraphs.push(words::REDUCED.to_owned());
    if payload["refund"].as_bool() == Some(true) {
        paragraphs.push(words::REDUCED_MONEY_BACK.to_owned());
    }
    let order = &told.order;
    if order.reduced != 0 && !order.settlement().is_received {
        paragraphs.extend(sums::how_to_pay(&order.payment_method, order.due(), &[], &order.number));
    }
    let row = |(i, line): (usize, &OrderLine)| {
        let count = payload["units"][i].as_u64().filter(|count| *count > 0)?;
        let count = u32::try_from(count).ok()?;
        let detail = papers::options(&line.options);
        Some(Row { detail, ..Row::new(words::line(count, &line.title), String::new()) })
    };
    let rows = told.lines.iter().enumerate().filter_map(row).collect();
    Words { heading: words::REDUCED_HEADING, paragraphs, blocks: vec![Block::Rows(rows)] }
}

/// Nothing for a row that tells no amount.
fn refunded(told: &Told, payload: &Value) -> Option<Words> {
    let order = &told.order;
    let money = |name: &str| payload[name].as_i64().map(|amount| order.money(amount));
    let placed = words::placed(&order.number, Timestamp(order.placed_at));
    let told = words::refunded(money("amount")?, money("gift_amount").unwrap_or(order.money(0)));
    let mut paragraphs = vec![placed, told];
    if payload["surplus"].as_bool() == Some(true) {
        paragraphs.push(words::SURPLUS.to_owned());
    }
    Some(Words { heading: words::REFUNDED_HEADING, paragraphs, blocks: vec![] })
}

/// What was bought, at the prices of the lines.
fn bought(told: &Told) -> Block {
    let line = |line: &OrderLine| Row {
        detail: papers::options(&line.options),
        ..Row::new(words::line(line.quantity, &line.title), line.total.to_string())
    };
    Block::Rows(told.lines.iter().map(line).collect())
}

/// From the goods to the total, and what is in it.
fn amounts(told: &Told) -> Block {
    let order = &told.order;
    let bought = Bought::of(order, told.lines.clone());
    // The lines above are before their discounts.
    let mut rows = vec![Row::new(sums::GOODS.to_owned(), order.money(order.goods).to_string())];
    let minus = |(name, amount): &(String, crate::domain::money::Money)| {
        Row::new(name.clone(), order.money(-amount.amount).to_string())
    };
    if bought.discounts.is_empty() && order.discount != 0 {
        rows.push(Row::new(sums::DISCOUNTS.to_owned(), order.money(-order.discount).to_string()));
    }
    rows.extend(bought.discounts.iter().map(minus));
    let goods = if order.discount != 0 && !bought.lines_are_discounted { 2 } else { 1 };
    rows.extend(bought.sums.iter().skip(goods).map(|(name, amount)| Row::new(name.clone(), amount.to_string())));
    rows.push(Row { is_total: true, ..Row::new(words::TOTAL.to_owned(), bought.total.to_string()) });
    rows.extend(bought.included_tax.map(|tax| Row::new(words::INCLUDED_TAX.to_owned(), tax.to_string())));
    if order.gift_amount != 0 {
        rows.push(Row::new(words::GIFT_CARD.to_owned(), order.money(-order.gift_amount).to_string()));
    }
    Block::Rows(rows)
}
