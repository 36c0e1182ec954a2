//! The program's commands.

mod promotions;

use super::{
    access,
    backup::{self, Backup, BackupError},
    clock::{Clock, Ids, Random},
    config::Config,
    doctor,
    state::{Shop, StartError},
};
use crate::{
    account::service::security,
    admin::service as staff,
    catalog::{
        export,
        import::{self, Context, Effect, ImportError, Problem, Report},
    },
    db::Db,
    domain::{account::Role, money::Currency, search::reading::Rule, timestamp::Timestamp},
    error::AppError,
    promotions::customers,
    search::{insights, store::insert_rebuild, synonyms},
    shop::{prices, seed, store as shop},
};
use clap::{Parser, Subcommand};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::{
    fs::File,
    io::{BufReader, BufWriter, IsTerminal, Write},
    path::{Path, PathBuf},
    process::ExitCode,
};

/// A complete online shop in one program. With no command it serves.
#[derive(Parser)]
#[command(name = "ironmonger", version)]
pub struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the shop (the default).
    Serve,
    /// Import products from a CSV file in Shopify's product layout.
    Import {
        file: PathBuf,
        /// Say row by row what would change, and change nothing.
        #[arg(long)]
        dry_run: bool,
    },
    /// Export all products in Shopify's product layout.
    Export { file: PathBuf },
    /// Set up the demo shop.
    Seed,
    /// Have every node build its search index anew.
    Reindex,
    /// List the synonyms that searches know, or change them. A running shop takes changes in at once.
    ///
    /// A rule is `hat, cap` (each means the other) or `trainers => sports shoes` (the left side means the right one,
    /// which names a category, a brand, an option or any words of products; the closest first).
    Synonyms {
        /// Add this rule.
        #[arg(long, value_name = "RULE", conflicts_with = "remove")]
        add: Option<String>,
        /// Remove this rule.
        #[arg(long, value_name = "RULE")]
        remove: Option<String>,
    },
    /// Print what shoppers searched for, found and opened, and what they searched for in vain.
    Searches {
        /// How many days back.
        #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u16).range(1..=400))]
        days: u16,
    },
    /// Print what is set about prices (tax, delivery, fees, hand-over), or set it from a file.
    ///
    /// The file is JSON as this command prints it; a running shop takes changes in within seconds. Taxes name a place
    /// (`EU`, `US`, `US-CA`) and whether prices include it; rates come from the shop's own table unless they are said.
    /// Exit status 2 when the file cannot be read or means nothing: then nothing has changed.
    Prices {
        /// Set prices' rules as this file says.
        #[arg(long, value_name = "FILE")]
        set: Option<PathBuf>,
    },
    /// List promotions, or add, switch off or explain them.
    ///
    /// A promotion is JSON: `{"label": "Ten percent off knitwear", "conditions": {"goods": {"categories":
    /// ["clothing/knitwear"]}, "uses_per_customer": 1}, "calculator": {"percent": "10%"}, "benefit": "order"}`, with
    /// `"needs_coupon": true` for one that coupons open. A running shop takes changes in within seconds.
    Promotions(promotions::PromotionArgs),
    /// Make coupons of a promotion, and print their codes.
    Coupons(promotions::CouponArgs),
    /// Issue a gift card.
    GiftCards(promotions::GiftCardArgs),
    /// Make, list, draw and verify giveaways.
    #[command(subcommand)]
    Giveaway(promotions::GiveawayCommand),
    /// Say who works here.
    #[command(subcommand)]
    Staff(StaffCommand),
    /// Help somebody back into their account, or say which groups of customers it is in.
    #[command(subcommand)]
    Account(AccountCommand),
    /// Print every server function and API route with who may call it.
    Access,
    /// Prove that stock, payments and orders agree.
    Doctor,
    /// Copy the whole database into a new file, also while the shop is served.
    ///
    /// The file holds everything as of one moment. It goes back in by `restore`, on SQLite and on PostgreSQL,
    /// whichever it came from. Keep SHOP_SECRET as well (with SQLite and none set: the file `secret` in
    /// SHOP_DATA_DIR): it is not in the backup, and without it links to orders and one-time codes stop working.
    Backup { file: PathBuf },
    /// Fill an empty database from a backup: all of it or nothing.
    ///
    /// This is also how a shop moves from SQLite to PostgreSQL or back: stop serving, make a backup, restore it with
    /// DATABASE_URL naming the new database and the same SHOP_SECRET (with SQLite and none set: the file `secret` in
    /// SHOP_DATA_DIR), serve there. With another secret links to orders and one-time codes stop working. SHOP_DATA_DIR needs room for
    /// a passing copy of the file.
    Restore { file: PathBuf },
}

#[derive(Subcommand)]
enum StaffCommand {
    /// Give somebody a role, by their email address. Without an account yet one is made, and a link to choose a password is printed.
    Add {
        email: String,
        /// owner, manager, fulfilment, merchandiser, support or viewer.
        #[arg(long, value_parser = parse_role)]
        role: Role,
    },
}

#[derive(Subcommand)]
enum AccountCommand {
    /// Take one-time codes, recovery codes and passkeys off an account and end its sessions: for a telephone that is
    /// lost, or when somebody else has set them up. The password stays; it can be reset by email.
    Reset { email: String },
    /// Put an account into a group of customers that promotions are for, or take it out of one.
    #[command(group = clap::ArgGroup::new("change").required(true).args(["add", "remove"]))]
    Group {
        email: String,
        #[arg(long, value_name = "NAME")]
        add: Option<String>,
        #[arg(long, value_name = "NAME")]
        remove: Option<String>,
    },
}

fn parse_role(name: &str) -> Result<Role, String> {
    let names = Role::ALL.map(Role::name).join(", ");
    Role::parse(name).ok_or_else(|| format!("there is no such role; there are {names}"))
}

/// How many texts are printed of each kind.
const SEARCHES_TOLD: u32 = 50;

/// Runs the command line; the exit status is part of the interface.
pub async fn run(cli: Cli) -> ExitCode {
    let config = match Config::from_env() {
        Ok(config) => config,
        Err(error) => return fail(2, &error),
    };
    let done = match cli.command {
        None | Some(Command::Serve) => super::serve(config).await.map(|()| 0),
        Some(Command::Import { file, dry_run }) => return import_file(config, &file, dry_run).await,
        Some(Command::Export { file }) => export_file(config, &file).await,
        Some(Command::Seed) => seed_demo(config).await,
        Some(Command::Reindex) => reindex(config).await,
        Some(Command::Synonyms { add, remove }) => change_synonyms(config, add, remove).await,
        Some(Command::Searches { days }) => tell_searches(config, days).await,
        Some(Command::Prices { set }) => return set_prices(config, set.as_deref()).await,
        Some(Command::Promotions(args)) => return promotions::promotions(config, args).await,
        Some(Command::Coupons(args)) => return promotions::coupons(config, args).await,
        Some(Command::GiftCards(args)) => return promotions::gift_card(config, args).await,
        Some(Command::Giveaway(command)) => return promotions::giveaway(config, command).await,
        Some(Command::Staff(StaffCommand::Add { email, role })) => return add_staff(config, &email, role).await,
        Some(Command::Account(AccountCommand::Reset { email })) => return reset_account(config, &email).await,
        Some(Command::Account(AccountCommand::Group { email, add, remove })) => {
            return change_group(config, &email, add, remove).await;
        }
        Some(Command::Access) => {
            access::lines().iter().for_each(|line| println!("{line}"));
            return ExitCode::SUCCESS;
        }
        Some(Command::Doctor) => examine(config).await,
        Some(Command::Backup { file }) => return copied("backup", back_up(&config, &file).await),
        Some(Command::Restore { file }) => return copied("restored", restore(&config, &file).await),
    };
    match done {
        Ok(status) => ExitCode::from(status),
        Err(error) => fail(1, &error),
    }
}

fn fail(status: u8, error: &impl std::fmt::Display) -> ExitCode {
    eprintln!("ironmonger: {error}");
    ExitCode::from(status)
}

async fn open(config: Config) -> Result<Shop, StartError> {
    Shop::open(config, Clock::System, Random::System).await
}

async fn import_file(config: Config, file: &Path, dry_run: bool) -> ExitCode {
    let input = match File::open(file) {
        Ok(input) => input,
        Err(error) => return fail(2, &format!("{}: {error}", file.display())),
    };
    let size = input.metadata().map_or(0, |meta| meta.len());
    let shop = match open(config).await {
        Ok(shop) => shop,
        Err(error) => return fail(2, &error),
    };
    let context = Context {
        db: shop.db.clone(),
        clock: shop.clock.clone(),
        ids: shop.ids.clone(),
        currency: shop.currency,
        dry_run,
    };
    let mut terminal = Terminal::new(size);
    let outcome = import::import(&context, BufReader::with_capacity(1 << 16, input), &mut terminal).await;
    terminal.bar.finish_and_clear();
    match outcome {
        Ok(summary) => {
            println!("{}{summary}", if dry_run { "dry run: " } else { "" });
            ExitCode::from(u8::from(summary.rows_refused > 0))
        }
        Err(error @ (ImportError::Database(_) | ImportError::Overtaken)) => fail(2, &error),
        Err(error) => fail(2, &format!("{}: {error}", file.display())),
    }
}

/// Tells of an import on the terminal: problems and effects as lines, progress as a bar where a person watches.
struct Terminal {
    bar: ProgressBar,
}

impl Terminal {
    /// A bar over so many bytes or rows.
    fn new(size: u64) -> Self {
        let target =
            if std::io::stderr().is_terminal() { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let style = ProgressStyle::with_template("{bar:40} {percent:>3} %  {msg}  {elapsed_precise}, {eta} left");
        let bar = ProgressBar::with_draw_target(Some(size), target);
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        Self { bar }
    }

    fn rows(&self, rows: u64, total: u64) {
        self.bar.set_length(total);
        self.bar.set_position(rows);
        self.bar.set_message(format!("{rows} rows"));
    }

    fn line(&self, text: String) {
        self.bar.suspend(|| println!("{text}"));
    }
}

impl Report for Terminal {
    fn refused(&mut self, problem: &Problem) {
        self.line(format!("refused: {problem}"));
    }

    fn warning(&mut self, problem: &Problem) {
        self.line(format!("warning: {problem}"));
    }

    fn effect(&mut self, line: u64, effect: &Effect) {
        self.line(format!("line {line}: {effect}"));
    }

    fn progress(&mut self, bytes_read: u64, rows: u64) {
        self.bar.set_position(bytes_read);
        self.bar.set_message(format!("{rows} rows"));
    }
}

async fn export_file(config: Config, file: &Path) -> Result<u8, StartError> {
    let shop = open(config).await?;
    // Written beside the file and renamed, so that a crash never leaves half an export.
    let partial = file.with_extension("partial");
    let output = BufWriter::new(File::create(&partial)?);
    let exported = export::export(&shop.db, shop.currency, output, |_| {}).await;
    match exported {
        Ok((products, skus)) => {
            std::fs::rename(&partial, file)?;
            println!("{products} products, {skus} SKUs");
            Ok(0)
        }
        Err(error) => {
            let _ = std::fs::remove_file(&partial);
            Err(std::io::Error::other(error).into())
        }
    }
}

async fn seed_demo(config: Config) -> Result<u8, StartError> {
    let shop = open(config).await?;
    let summary = seed::seed(&shop.db, &shop.clock, &shop.ids).await?;
    println!("{summary}");
    Ok(0)
}

async fn reindex(config: Config) -> Result<u8, StartError> {
    let shop = open(config).await?;
    let mut tx = shop.db.begin().await?;
    insert_rebuild(&mut tx, shop.ids.next(), shop.clock.now()).await?;
    tx.commit().await?;
    println!("every running node builds its index anew; one that is not running does so when it starts");
    Ok(0)
}

async fn change_synonyms(config: Config, add: Option<String>, remove: Option<String>) -> Result<u8, StartError> {
    let parse = |line: &String| Rule::parse(line).ok_or_else(|| std::io::Error::other(format!("'{line}' is no rule")));
    let shop = open(config).await?;
    let done = match (&add, &remove) {
        (Some(line), _) => synonyms::add(&shop, &parse(line)?).await?,
        (_, Some(line)) => synonyms::remove(&shop, &parse(line)?).await?,
        (None, None) => {
            let rules = synonyms::list(&mut shop.db.read().await?.conn()).await?;
            let mut out = std::io::stdout().lock();
            rules.iter().try_for_each(|rule| writeln!(out, "{rule}"))?;
            true
        }
    };
    if !done {
        eprintln!(
            "ironmonger: {}",
            if add.is_some() { "there is such a rule already" } else { "there is no such rule" }
        );
    }
    Ok(u8::from(!done))
}

async fn tell_searches(config: Config, days: u16) -> Result<u8, StartError> {
    let shop = open(config).await?;
    let now = shop.clock.now();
    let from = now.plus(-i64::from(days) * Timestamp::DAY);
    let found = insights::insights(&mut shop.db.read().await?.conn(), from, now, SEARCHES_TOLD).await?;
    write!(std::io::stdout().lock(), "the last {days} days: {found}")?;
    Ok(0)
}

async fn set_prices(config: Config, file: Option<&Path>) -> ExitCode {
    let text = match file.map(std::fs::read_to_string) {
        Some(Err(error)) => return fail(2, &format!("{}: {error}", file.unwrap_or(Path::new("")).display())),
        Some(Ok(text)) => Some(text),
        None => None,
    };
    let Some(text) = text else {
        return match open(config).await {
            Ok(shop) => {
                println!("{}", prices::write(&shop.prices.load()));
                ExitCode::SUCCESS
            }
            Err(error) => fail(1, &error),
        };
    };
    match replace_prices(&config, &text).await {
        Ok(Ok(())) => {
            println!("prices are set; a running shop takes them in within seconds");
            ExitCode::SUCCESS
        }
        Ok(Err(problems)) => {
            problems.lines().for_each(|line| eprintln!("ironmonger: {line}"));
            eprintln!("ironmonger: nothing has changed");
            ExitCode::from(2)
        }
        Err(error) => fail(1, &error),
    }
}

/// Sets the prices' rules, or says what is wrong with them. By the database alone: a shop whose rules cannot be read does
/// not open, and this is how they are mended.
async fn replace_prices(config: &Config, text: &str) -> Result<Result<(), String>, StartError> {
    let db = Db::open(&config.database_url).await?;
    let info = shop::find_info(&mut db.read().await?.conn()).await?;
    let settings = match prices::read(text, Currency::parse(&info.currency).unwrap_or(Currency::USD)) {
        Ok(settings) => settings,
        Err(problems) => return Ok(Err(problems)),
    };
    let mut tx = db.begin().await?;
    prices::update_settings(&mut tx, &settings).await?;
    tx.commit().await?;
    Ok(Ok(()))
}

async fn add_staff(config: Config, email: &str, role: Role) -> ExitCode {
    let shop = match open(config).await {
        Ok(shop) => shop,
        Err(error) => return fail(1, &error),
    };
    match staff::give_role(&shop, None, email, role).await {
        Ok(()) => {
            println!("{email} is {} from now on", role.name());
            match staff::invitation(&shop, email).await {
                Ok(Some(link)) => println!("They choose a password, within three days, at {link}"),
                Ok(None) => {}
                Err(error) => return fail(1, &error),
            }
            ExitCode::SUCCESS
        }
        Err(AppError::InvalidFields { .. }) => fail(2, &format!("'{email}' is not an email address that can be used")),
        Err(error) => fail(1, &error),
    }
}

async fn reset_account(config: Config, email: &str) -> ExitCode {
    let shop = match open(config).await {
        Ok(shop) => shop,
        Err(error) => return fail(1, &error),
    };
    match security::reset(&shop, email).await {
        Ok(()) => {
            println!("{email} has a password only from now on, and is signed out everywhere");
            ExitCode::SUCCESS
        }
        Err(AppError::NotFound) => fail(2, &format!("there is no account of '{email}'")),
        Err(error) => fail(1, &error),
    }
}

async fn change_group(config: Config, email: &str, add: Option<String>, remove: Option<String>) -> ExitCode {
    let shop = match open(config).await {
        Ok(shop) => shop,
        Err(error) => return fail(1, &error),
    };
    let (is_in, name) = (add.is_some(), add.or(remove).unwrap_or_default());
    match customers::set_group(&shop, email, &name, is_in).await {
        Ok(true) => {
            println!("{email} is {} the group '{}' from now on", if is_in { "in" } else { "out of" }, name.trim());
            ExitCode::SUCCESS
        }
        Ok(false) => fail(1, &format!("{email} is {} that group already", if is_in { "in" } else { "out of" })),
        Err(AppError::NotFound) => fail(2, &format!("there is no account of '{email}'")),
        Err(AppError::InvalidParameter { .. }) => fail(2, &"a group's name has 1 to 40 characters"),
        Err(error) => fail(1, &error),
    }
}

async fn examine(config: Config) -> Result<u8, StartError> {
    let shop = open(config).await?;
    let findings = doctor::examine(&mut shop.db.read().await?.conn()).await?;
    let mut out = std::io::stdout().lock();
    for finding in &findings {
        let mark = if finding.wrong == 0 { "ok  " } else { "WRONG" };
        writeln!(
            out,
            "{mark} {}{}",
            finding.what,
            if finding.wrong == 0 { String::new() } else { format!(": {}", finding.wrong) }
        )?;
    }
    Ok(u8::from(findings.iter().any(|finding| finding.wrong > 0)))
}

async fn back_up(config: &Config, file: &Path) -> Result<backup::Summary, BackupError> {
    // Else it would be made, and a backup of nothing with it.
    if let Some(path) = config.database_url.strip_prefix("sqlite:")
        && let Err(cause) = std::fs::metadata(path)
    {
        return Err(BackupError::File(path.into(), cause));
    }
    let db = Db::open(&config.database_url).await?;
    let terminal = Terminal::new(0);
    let done = backup::backup(&db, file, |rows, total| terminal.rows(rows, total)).await;
    terminal.bar.finish_and_clear();
    done
}

async fn restore(config: &Config, file: &Path) -> Result<backup::Summary, BackupError> {
    let backup = Backup::open(file, &config.data_dir).await?;
    let db = Db::open(&config.database_url).await?;
    let (clock, terminal) = (Clock::System, Terminal::new(0));
    let ids = Ids::new(clock.clone(), Random::System);
    let done = backup.restore(&db, &clock, &ids, |rows, total| terminal.rows(rows, total)).await;
    terminal.bar.finish_and_clear();
    done
}

/// The last line of a backup or restore, and its exit status.
fn copied(what: &str, done: Result<backup::Summary, BackupError>) -> ExitCode {
    match done {
        Ok(summary) => {
            println!("{what}: {summary}");
            ExitCode::SUCCESS
        }
        Err(error) => fail(if error.is_refusal() { 2 } else { 1 }, &error),
    }
}
