//! What every part of the server works with: one shop, opened once, shared by all.

use super::{
    clock::{Clock, Ids, Random},
    config::{BadSetting, Config},
    events::Recorder,
    tokens::Signer,
};
use crate::{
    account::service::{passwords::Passwords, sessions::Seen},
    catalog::store as catalog,
    db::Db,
    domain::{money::Currency, pricing::PriceSettings, promotion::Promotion},
    messaging::mail::Postman,
    orders::live::Live,
    payments::stripe::{self, Stripe},
    promotions::store as promotions,
    search::{
        engine::{Follower, SearchEngine, SearchError},
        record::Searches,
        suggest,
    },
    shop::{info::ShopInfo, prices, seed, store as shop},
};
use arc_swap::ArcSwap;
use std::sync::Arc;

/// The shop, as services and server functions see it.
pub struct Shop {
    pub config: Config,
    pub db: Db,
    pub clock: Clock,
    pub random: Random,
    pub ids: Ids,
    pub signer: Signer,
    pub currency: Currency,
    pub search: Arc<SearchEngine>,
    pub suggest: Arc<suggest::Memory>,
    pub searches: Searches,
    pub info: ArcSwap<ShopInfo>,
    /// What the owner has set about prices.
    pub prices: ArcSwap<PriceSettings>,
    /// Those that apply by themselves, as they were a few seconds ago: for quotes. What an order claims is looked up.
    pub promotions: ArcSwap<Vec<Promotion>>,
    pub events: Recorder,
    pub passwords: Passwords,
    pub seen: Seen,
    pub postman: Postman,
    /// Open order pages.
    pub live: Live,
    /// The account that takes cards, where there is one.
    pub stripe: Option<Stripe>,
}

/// Why the shop does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error(transparent)]
    Setting(#[from] BadSetting),
    #[error("DATABASE_URL: the database does not answer: {0}")]
    Database(#[from] sqlx::Error),
    #[error("the demo shop could not be set up: {0}")]
    Seed(#[from] seed::SeedError),
    #[error("SHOP_DATA_DIR: the search index could not be made: {0}")]
    Search(#[from] SearchError),
    #[error(transparent)]
    Prices(prices::SettingsError),
    #[error("STRIPE_SECRET_KEY: what talks to Stripe could not be made: {0}")]
    Stripe(#[from] reqwest::Error),
    #[error("STRIPE_SECRET_KEY: {0}")]
    Currency(#[from] stripe::currency::Miscounted),
    #[error("{0}")]
    Io(#[from] std::io::Error),
}

impl From<prices::SettingsError> for StartError {
    fn from(error: prices::SettingsError) -> Self {
        match error {
            prices::SettingsError::Database(cause) => Self::Database(cause),
            error @ prices::SettingsError::Unreadable(_) => Self::Prices(error),
        }
    }
}

impl Shop {
    /// Opens the database, brings its schema up to date and reads what is set there.
    pub async fn open(config: Config, clock: Clock, random: Random) -> Result<Self, StartError> {
        let signer = Signer::new(config.secret()?);
        let postman = Postman::of(&config);
        let stripe = config.stripe.clone().map(Stripe::new).transpose()?;
        let db = Db::open(&config.database_url).await?;
        let ids = Ids::new(clock.clone(), random.clone());
        let mut reader = db.read().await?;
        let info = shop::find_info(&mut reader.conn()).await?;
        let settings = prices::find_settings(&mut reader.conn()).await?;
        let automatic = promotions::list_automatic(&mut reader.conn(), clock.now().0).await?;
        drop(reader);
        let currency = Currency::parse(&info.currency).unwrap_or(Currency::USD);
        if stripe.is_some() {
            stripe::currency::check(currency)?;
        }
        let mut tx = db.begin().await?;
        catalog::ensure_location(&mut tx).await?;
        shop::ensure_shipping_method(&mut tx, currency).await?;
        tx.commit().await?;
        Ok(Self {
            config,
            db,
            clock,
            random,
            ids,
            signer,
            currency,
            search: Arc::default(),
            suggest: Arc::default(),
            searches: Searches::default(),
            info: ArcSwap::from_pointee(info),
            prices: ArcSwap::from_pointee(settings),
            promotions: ArcSwap::from_pointee(automatic),
            events: Recorder::default(),
            passwords: Passwords::default(),
            seen: Seen::default(),
            postman,
            live: Live::default(),
            stripe,
        })
    }

    /// Fills an empty shop with the demo, unless told not to.
    pub async fn seed_if_empty(&self) -> Result<(), StartError> {
        let empty = shop::is_empty(&mut self.db.read().await?.conn()).await?;
        if empty && self.config.demo != Some(false) {
            tracing::info!("the shop is empty: setting up the demo");
            seed::seed(&self.db, &self.clock, &self.ids).await?;
            self.reload_info().await?;
            self.reload_promotions().await?;
        }
        Ok(())
    }

    /// Reads again what is set: the shop's own words, and its prices' rules. Rules that cannot be read are told, and
    /// those that were read before stay.
    pub async fn reload_info(&self) -> sqlx::Result<()> {
        let mut reader = self.db.read().await?;
        let info = shop::find_info(&mut reader.conn()).await?;
        let settings = match prices::find_settings(&mut reader.conn()).await {
            Ok(settings) => Some(settings),
            Err(prices::SettingsError::Database(cause)) => return Err(cause),
            Err(error @ prices::SettingsError::Unreadable(_)) => {
                tracing::error!(%error, "prices stay as they were");
                None
            }
        };
        drop(reader);
        if let Some(settings) = settings.filter(|settings| **self.prices.load() != *settings) {
            self.prices.store(Arc::new(settings));
        }
        if **self.info.load() != info {
            self.info.store(Arc::new(info));
        }
        Ok(())
    }

    /// Reads the promotions that apply by themselves again.
    pub async fn reload_promotions(&self) -> sqlx::Result<()> {
        let now = self.clock.now().0;
        let automatic = promotions::list_automatic(&mut self.db.read().await?.conn(), now).await?;
        if **self.promotions.load() != automatic {
            self.promotions.store(Arc::new(automatic));
        }
        Ok(())
    }

    /// Builds or opens the search index and follows the change log from then on. Returns only when that fails.
    pub async fn run_search(&self) -> Result<(), StartError> {
        let (db, folder) = (self.db.clone(), self.config.data_dir.clone());
        Follower::start(self.search.clone(), db, self.currency, &folder).await?.run().await;
        Ok(())
    }
}
