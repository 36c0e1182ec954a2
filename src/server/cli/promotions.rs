//! Commands about promotions, coupons, gift cards and giveaways.

use super::{fail, open};
use crate::{
    account::service::{email, store as accounts},
    domain::{
        ids::{AccountId, PromotionId},
        money::Money,
        promotion::{Outcome, Promotion},
        timestamp::{Day, Timestamp},
    },
    error::AppError,
    messages::promotion as words,
    messaging::outbox::{self, Topic},
    promotions::{
        coupons::{self, NewCoupons},
        explain, gift_cards, giveaways, service, store,
    },
    server::{config::Config, state::Shop},
};
use clap::{Args, Subcommand};
use serde_json::json;
use std::{
    io::{BufWriter, Write},
    path::{Path, PathBuf},
    process::ExitCode,
};

/// Lists promotions, or changes them.
#[derive(Args)]
#[group(multiple = false)]
pub struct PromotionArgs {
    /// Add the promotion of this JSON file.
    #[arg(long, value_name = "FILE")]
    add: Option<PathBuf>,
    /// Have a promotion apply to no further order.
    #[arg(long, value_name = "ID")]
    disable: Option<PromotionId>,
    /// Have it apply again.
    #[arg(long, value_name = "ID")]
    enable: Option<PromotionId>,
    /// Price the basket of this JSON file, and say of every promotion why it did or did not apply.
    #[arg(long, value_name = "CART")]
    explain: Option<PathBuf>,
}

/// Makes coupons of a promotion.
#[derive(Args)]
pub struct CouponArgs {
    #[arg(long, value_name = "ID")]
    promotion: PromotionId,
    /// One coupon with this code.
    #[arg(long, conflicts_with_all = ["count", "prefix"])]
    code: Option<String>,
    /// So many, with codes by chance.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=i64::from(coupons::MAX_BATCH)))]
    count: u32,
    /// What those codes begin with.
    #[arg(long, default_value = "")]
    prefix: String,
    /// How often each can be used; as often as its promotion with 0.
    #[arg(long, default_value_t = 1)]
    uses: u32,
    /// How often one customer can use it.
    #[arg(long)]
    each: Option<u32>,
    /// The one account that can use it, by its address.
    #[arg(long, value_name = "EMAIL")]
    owner: Option<String>,
    /// The last day it can be used, `2026-12-24` (UTC).
    #[arg(long, value_parser = parse_day)]
    until: Option<Day>,
    /// Write the codes to this file, one a line.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// Issues a gift card. Its code is printed, or sent, and kept nowhere.
#[derive(Args)]
pub struct GiftCardArgs {
    /// What it holds, `50.00`, in the shop's currency.
    #[arg(long, value_name = "AMOUNT")]
    issue: String,
    /// Send the code to this address instead of printing it.
    #[arg(long)]
    email: Option<String>,
    /// The last day it can be used, `2029-12-31` (UTC).
    #[arg(long, value_parser = parse_day)]
    until: Option<Day>,
}

#[derive(Subcommand)]
pub enum GiveawayCommand {
    /// Make a giveaway. Its page takes entries from now on, until its last day is over (UTC).
    Create {
        title: String,
        /// What there is to win, and on what terms; line breaks part paragraphs.
        #[arg(long)]
        terms: String,
        #[arg(long, default_value_t = 1)]
        winners: u32,
        #[arg(long, value_parser = parse_day)]
        until: Day,
        /// A number of others that nobody knows before the end and that is mixed in, described: "the closing value of …".
        #[arg(long, default_value = "")]
        beacon: String,
    },
    /// List giveaways.
    List,
    /// List who entered.
    Entries { slug: String },
    /// Draw the winners, once, after the end.
    Draw {
        slug: String,
        /// The number that was announced.
        #[arg(long, default_value = "")]
        beacon: String,
    },
    /// Draw again from what is written down, and hold it against what was drawn.
    Verify { slug: String },
}

fn parse_day(text: &str) -> Result<Day, String> {
    Day::parse(text).ok_or_else(|| "a day is written 2026-12-24".to_owned())
}

/// The first moment after a day.
fn end_of(day: Day) -> Timestamp {
    Timestamp(day.next().since_epoch() * Timestamp::DAY)
}

/// What a command came to: lines to print; or an exit status and why.
type Done = Result<(), (u8, String)>;

fn failed(error: impl std::fmt::Display) -> (u8, String) {
    (1, error.to_string())
}

fn exit(done: Done) -> ExitCode {
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err((status, why)) => fail(status, &why),
    }
}

fn print(lines: impl IntoIterator<Item = String>) -> Done {
    let mut out = std::io::stdout().lock();
    lines.into_iter().try_for_each(|line| writeln!(out, "{line}")).map_err(failed)
}

fn read_file(file: &Path) -> Result<String, (u8, String)> {
    std::fs::read_to_string(file).map_err(|error| (2, format!("{}: {error}", file.display())))
}

pub async fn promotions(config: Config, args: PromotionArgs) -> ExitCode {
    exit(run_promotions(config, args).await)
}

async fn run_promotions(config: Config, args: PromotionArgs) -> Done {
    let shop = open(config).await.map_err(failed)?;
    if let Some(file) = args.add {
        let promotion = service::read(&shop, &read_file(&file)?).map_err(|unfit| (2, unfit.to_string()))?;
        let id = service::add(&shop, promotion).await.map_err(failed)?;
        return print([id.to_string()]);
    }
    if let Some((id, enabled)) = args.disable.map(|id| (id, false)).or(args.enable.map(|id| (id, true))) {
        return match service::set_enabled(&shop, id, enabled).await.map_err(failed)? {
            true => Ok(()),
            false => Err((1, "there is no such promotion".to_owned())),
        };
    }
    if let Some(file) = args.explain {
        return explain_cart(&shop, &read_file(&file)?).await;
    }
    let mut reader = shop.db.read().await.map_err(failed)?;
    let stored = store::list_promotions(&mut reader.conn()).await.map_err(failed)?;
    let uses = store::count_redeemed(&mut reader.conn()).await.map_err(failed)?;
    print(stored.iter().map(|stored| {
        let used = uses.iter().find(|(id, _)| *id == stored.promotion.id).map_or(0, |(_, uses)| *uses);
        line_of(&stored.promotion, stored.enabled, used)
    }))
}

/// A promotion as one line.
fn line_of(promotion: &Promotion, enabled: bool, used: i64) -> String {
    let state = if enabled { "on " } else { "off" };
    let by = if promotion.needs_coupon { "coupon   " } else { "automatic" };
    let limit = promotion.conditions.total_uses.map_or(String::new(), |limit| format!(" of {limit}"));
    format!("{}  {state}  lane {}  {by}  used {used}{limit}  {}", promotion.id, promotion.lane, promotion.label)
}

async fn explain_cart(shop: &Shop, text: &str) -> Done {
    let cart = serde_json::from_str(text).map_err(|error| (2, format!("the basket cannot be read: {error}")))?;
    let (quote, off) = explain::explain(shop, &cart).await.map_err(failed)?;
    let mut lines: Vec<String> = quote
        .lines
        .iter()
        .map(|l| format!("{:>4} × {}  {}  → {}", l.quantity.get(), l.sku, l.total, l.discounted))
        .collect();
    if let Some(coupon) = &quote.coupon {
        let told = coupon.problem.as_ref().map_or("usable".to_owned(), words::why_not);
        lines.push(format!("coupon {}: {told}", coupon.code));
    }
    for explanation in &quote.explanations {
        let told = match &explanation.outcome {
            Outcome::Applied { amount } => format!("applied, {amount} off"),
            Outcome::Not(why) => format!("did not apply: {}", words::why_not(why)),
        };
        lines.push(format!("{}  {}: {told}", explanation.promotion, explanation.label));
    }
    lines.extend(off.iter().map(|off| format!("{}  {}: switched off", off.promotion.id, off.promotion.label)));
    lines.push(format!("total {}, of which {} by gift card", quote.total, quote.gift_card));
    print(lines)
}

pub async fn coupons(config: Config, args: CouponArgs) -> ExitCode {
    exit(run_coupons(config, args).await)
}

async fn run_coupons(config: Config, args: CouponArgs) -> Done {
    let shop = open(config).await.map_err(failed)?;
    let owner = match &args.owner {
        Some(typed) => Some(account_of(&shop, typed).await?),
        None => None,
    };
    let new = NewCoupons {
        max_uses: (args.uses > 0).then_some(i64::from(args.uses)),
        max_uses_each: args.each.map(i64::from),
        owner,
        ends_at: args.until.map(end_of),
        ..NewCoupons::of(args.promotion)
    };
    let mut tx = shop.db.begin().await.map_err(failed)?;
    if store::find_promotion(&mut tx.conn(), args.promotion).await.map_err(failed)?.is_none() {
        return Err((1, "there is no such promotion".to_owned()));
    }
    let codes = match &args.code {
        Some(code) => match coupons::insert_coupon(&shop, &mut tx, code, &new).await {
            Ok(true) => vec![code.trim().to_owned()],
            Ok(false) => return Err((1, "there is a coupon with a code like this already".to_owned())),
            Err(AppError::InvalidParameter { .. }) => {
                return Err((2, "a code has 1 to 64 letters or digits".to_owned()));
            }
            Err(error) => return Err(failed(error)),
        },
        None => match coupons::insert_batch(&shop, &mut tx, &args.prefix, args.count, &new).await {
            Ok(codes) => codes,
            Err(AppError::InvalidParameter { .. }) => {
                return Err((2, "a prefix has 1 to 32 letters or digits".to_owned()));
            }
            Err(error) => return Err(failed(error)),
        },
    };
    match &args.out {
        // Before the commit: codes that nobody has been told are no use.
        Some(file) => {
            write_codes(file, &codes).map_err(|error| (2, format!("{}: {error}", file.display())))?;
            tx.commit().await.map_err(failed)?;
            print([format!("{} coupons", codes.len())])
        }
        None => {
            tx.commit().await.map_err(failed)?;
            print(codes)
        }
    }
}

fn write_codes(file: &Path, codes: &[String]) -> std::io::Result<()> {
    let mut out = BufWriter::new(std::fs::File::create(file)?);
    codes.iter().try_for_each(|code| writeln!(out, "{code}"))?;
    out.flush()
}

async fn account_of(shop: &Shop, typed: &str) -> Result<AccountId, (u8, String)> {
    let mut reader = shop.db.read().await.map_err(failed)?;
    let row = accounts::find_account_by_email(&mut reader.conn(), &email::key(typed)).await.map_err(failed)?;
    row.map(|row| row.id()).ok_or_else(|| (1, format!("there is no account of {typed}")))
}

pub async fn gift_card(config: Config, args: GiftCardArgs) -> ExitCode {
    exit(run_gift_card(config, args).await)
}

async fn run_gift_card(config: Config, args: GiftCardArgs) -> Done {
    let shop = open(config).await.map_err(failed)?;
    let amount = Money::parse_decimal(&args.issue, shop.currency).filter(|amount| amount.amount > 0);
    let amount = amount.ok_or_else(|| (2, format!("'{}' is not an amount in {}", args.issue, shop.currency)))?;
    let to = match &args.email {
        Some(typed) => {
            Some(email::AccountEmail::parse(typed).map_err(|_| (2, format!("'{typed}' is not an email address")))?)
        }
        None => None,
    };
    let owner = match &to {
        Some(to) => {
            let mut reader = shop.db.read().await.map_err(failed)?;
            accounts::find_account_by_email(&mut reader.conn(), &to.key).await.map_err(failed)?.map(|row| row.id())
        }
        None => None,
    };
    let mut tx = shop.db.begin().await.map_err(failed)?;
    let new = gift_cards::NewCard { amount, expires_at: args.until.map(end_of), owner };
    let (id, code) = gift_cards::issue(&shop, &mut tx, new).await.map_err(failed)?;
    if let Some(to) = &to {
        let payload = json!({
            "to": to.shown,
            "subject": words::GIFT_CARD_HEADING,
            "heading": words::GIFT_CARD_HEADING,
            "paragraphs": [words::gift_card(&shop.info.load().name, amount), code, words::GIFT_CARD_HOW],
        });
        outbox::enqueue_mail(&mut tx, &shop, Topic::Note, &id.to_string(), &payload).await.map_err(failed)?;
    }
    tx.commit().await.map_err(failed)?;
    print([match to {
        Some(to) => format!("{amount} for {}: the code is on its way", to.shown),
        None => code,
    }])
}

pub async fn giveaway(config: Config, command: GiveawayCommand) -> ExitCode {
    exit(run_giveaway(config, command).await)
}

async fn run_giveaway(config: Config, command: GiveawayCommand) -> Done {
    let shop = open(config).await.map_err(failed)?;
    match command {
        GiveawayCommand::Create { title, terms, winners, until, beacon } => {
            let opens_at = shop.clock.now();
            let new = giveaways::NewGiveaway { title, terms, winners, opens_at, closes_at: end_of(until), beacon };
            match giveaways::create(&shop, &new).await {
                Ok(slug) => print([format!("{}/giveaways/{slug}", shop.config.base_url)]),
                Err(AppError::InvalidParameter { name }) => Err((2, format!("{name}: makes no sense, or is taken"))),
                Err(error) => Err(failed(error)),
            }
        }
        GiveawayCommand::List => {
            let rows =
                giveaways::list_giveaways(&mut shop.db.read().await.map_err(failed)?.conn()).await.map_err(failed)?;
            print(rows.into_iter().map(|row| format!("{}  {}", row.slug, row.title)))
        }
        GiveawayCommand::Entries { slug } => {
            let row = find_giveaway(&shop, &slug).await?;
            let mut reader = shop.db.read().await.map_err(failed)?;
            let entries = giveaways::list_entries(&mut reader.conn(), row.id()).await.map_err(failed)?;
            print(entries.into_iter().map(|(ticket, email, confirmed)| {
                let state = if confirmed { "takes part " } else { "unconfirmed" };
                format!("{ticket}  {state}  {}", email.unwrap_or_default())
            }))
        }
        GiveawayCommand::Draw { slug, beacon } => match giveaways::draw(&shop, &slug, &beacon).await {
            Ok(drawn) => print(drawn.winners()),
            Err(AppError::NotFound) => Err((1, "there is no such giveaway".to_owned())),
            Err(AppError::InvalidParameter { name }) if name == "closes" => Err((1, "it has not ended yet".to_owned())),
            Err(AppError::InvalidParameter { .. }) => {
                Err((2, "--beacon: wanted where one was announced, and only there".to_owned()))
            }
            Err(error) => Err(failed(error)),
        },
        GiveawayCommand::Verify { slug } => {
            let row = find_giveaway(&shop, &slug).await?;
            let mut reader = shop.db.read().await.map_err(failed)?;
            match giveaways::verify(&mut reader.conn(), &row).await.map_err(failed)? {
                Some(giveaways::Verdict::Right) => print(["drawn as it was promised".to_owned()]),
                Some(giveaways::Verdict::Seed) => Err((1, "the seed is not the one that was promised".to_owned())),
                Some(giveaways::Verdict::List) => Err((1, "the list is not the one that was drawn from".to_owned())),
                Some(giveaways::Verdict::Winners) => Err((1, "the winners are not those of seed and list".to_owned())),
                None => Err((1, "it has not been drawn yet".to_owned())),
            }
        }
    }
}

async fn find_giveaway(shop: &Shop, slug: &str) -> Result<giveaways::GiveawayRow, (u8, String)> {
    let mut reader = shop.db.read().await.map_err(failed)?;
    let found = giveaways::find_giveaway(&mut reader.conn(), slug).await.map_err(failed)?;
    found.ok_or_else(|| (1, "there is no such giveaway".to_owned()))
}
