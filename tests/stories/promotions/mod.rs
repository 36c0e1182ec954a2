//! Promotions, coupons, gift cards and giveaways: what is limited is claimed once, and given back once.

mod coupons;
mod gift_cards;
mod giveaways;
mod limits;
mod program;
mod strangers;

use crate::app::{Answer, TestApp};
use axum::http::StatusCode;
use ironmonger::{
    db::Conn,
    domain::{
        ids::{GiftCardId, PromotionId},
        money::{Currency, Money},
        timestamp::Timestamp,
    },
    orders::store::OrderRow,
    promotions::{
        coupons::{NewCoupons, insert_coupon},
        gift_cards::{NewCard, issue},
        service,
    },
};
use serde_json::{Value, json};

const NUMBER: &str = "SELECT number FROM orders WHERE status = $1";

pub fn usd(amount: i64) -> Money {
    Money::new(amount, Currency::USD)
}

impl TestApp {
    /// Adds a promotion: ten percent off everything with a coupon, but for what is said.
    pub async fn promotion(&self, change: Value) -> PromotionId {
        let mut promotion = json!({
            "label": "Ten percent off", "needs_coupon": true, "calculator": { "percent": "10%" }, "benefit": "order",
        });
        for (name, value) in change.as_object().unwrap() {
            promotion[name] = value.clone();
        }
        let promotion = service::read(&self.shop, &promotion.to_string()).unwrap();
        service::add(&self.shop, promotion).await.unwrap()
    }

    /// Makes a coupon.
    pub async fn coupon(&self, code: &str, new: NewCoupons) {
        let mut tx = self.shop.db.begin().await.unwrap();
        assert!(insert_coupon(&self.shop, &mut tx, code, &new).await.unwrap(), "{code}");
        tx.commit().await.unwrap();
    }

    /// Makes a coupon that can be used once.
    pub async fn single_use(&self, code: &str, promotion: PromotionId) {
        self.coupon(code, NewCoupons { max_uses: Some(1), ..NewCoupons::of(promotion) }).await;
    }

    /// Issues a gift card and gives its code.
    pub async fn gift_card(&self, amount: i64) -> (GiftCardId, String) {
        self.gift_card_until(amount, None).await
    }

    pub async fn gift_card_until(&self, amount: i64, expires_at: Option<Timestamp>) -> (GiftCardId, String) {
        let mut tx = self.shop.db.begin().await.unwrap();
        let issued =
            issue(&self.shop, &mut tx, NewCard { amount: usd(amount), expires_at, owner: None }).await.unwrap();
        tx.commit().await.unwrap();
        issued
    }

    /// Places an order of one shirt with more fields.
    pub async fn place_with(&self, card: &str, more: Value) -> Answer {
        let mut order = self.order(&[("S", 1)], card);
        for (name, value) in more.as_object().unwrap() {
            order[name] = value.clone();
        }
        self.post("/api/v1/orders", &order).await
    }

    /// The row of the only order that is in a status.
    pub async fn only_order(&self, status: &str) -> OrderRow {
        let mut reader = self.shop.db.read().await.unwrap();
        let conn = &mut reader.conn();
        let number: String = match conn {
            Conn::Sqlite(c) => sqlx::query_scalar(NUMBER).bind(status).fetch_one(&mut **c).await.unwrap(),
            Conn::Postgres(c) => sqlx::query_scalar(NUMBER).bind(status).fetch_one(&mut **c).await.unwrap(),
        };
        ironmonger::orders::store::find_order_by_number(conn, &number).await.unwrap().unwrap()
    }

    /// Redemptions that stand.
    pub async fn redeemed(&self) -> i64 {
        self.number("SELECT COUNT(*) FROM redemptions WHERE released_at IS NULL").await
    }

    /// Uses of all coupons, and of all promotions.
    pub async fn uses(&self) -> (i64, i64) {
        (self.number("SELECT CAST(COALESCE(SUM(uses), 0) AS BIGINT) FROM coupons").await, self.redeemed().await)
    }

    /// What is on all gift cards.
    pub async fn balance(&self) -> i64 {
        self.number("SELECT CAST(COALESCE(SUM(balance), 0) AS BIGINT) FROM gift_cards").await
    }
}

/// How many answers have a status.
pub fn count(answers: &[Answer], status: StatusCode) -> usize {
    answers.iter().filter(|answer| answer.status == status).count()
}
