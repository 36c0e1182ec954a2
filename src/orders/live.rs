//! Tells open order pages that their order has changed. Each node looks, for all pages together and only while there are
//! any, with one statement a second; so it does not matter which node made the change.

use crate::{
    db::{Conn, fetch, fetch_in},
    domain::ids::OrderId,
    server::state::Shop,
};
use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::sync::watch;
use uuid::Uuid;

/// How often the orders that somebody watches are looked at.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// The most pages of one order, of one client and of all that are told by this node; others look by themselves.
const MOST_OF_AN_ORDER: usize = 12;
const MOST_OF_A_CLIENT: usize = 24;
const MOST: usize = 4_000;

/// What changes with an order.
type Version = String;

/// An order that somebody watches.
struct Watched {
    version: watch::Sender<Version>,
    pages: usize,
}

#[derive(Default)]
struct Pages {
    orders: HashMap<OrderId, Watched>,
    clients: HashMap<IpAddr, usize>,
    count: usize,
    is_closed: bool,
}

/// The pages that are told.
#[derive(Clone, Default)]
pub struct Live {
    pages: Arc<Mutex<Pages>>,
}

/// An open page; dropped, it is not told any more.
pub struct Watch {
    live: Live,
    order: OrderId,
    client: IpAddr,
    version: watch::Receiver<Version>,
    /// The first version is news too.
    is_new: bool,
}

/// Too many pages are open already, or the node is about to stop.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Full;

impl Live {
    fn with<T>(&self, then: impl FnOnce(&mut Pages) -> T) -> T {
        then(&mut self.pages.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Begins to watch an order, which has that version now.
    pub fn watch(&self, order: OrderId, client: IpAddr, version: Version) -> Result<Watch, Full> {
        let version = self.with(|pages| pages.add(order, client, version))?;
        Ok(Watch { live: self.clone(), order, client, version, is_new: true })
    }

    /// How many pages are told.
    #[must_use]
    pub fn count(&self) -> usize {
        self.with(|pages| pages.count)
    }

    /// Ends all, so that the node can stop: browsers come back and find another.
    pub fn close(&self) {
        self.with(|pages| {
            pages.is_closed = true;
            pages.orders.clear();
        });
    }

    /// Looks once at every order that is watched.
    pub async fn look(&self, shop: &Shop) -> sqlx::Result<()> {
        let orders: Vec<Uuid> = self.with(|pages| pages.orders.keys().map(|order| order.0).collect());
        if orders.is_empty() {
            return Ok(());
        }
        let versions = list_versions(&mut shop.db.read().await?.conn(), &orders).await?;
        self.with(|pages| {
            for (order, version) in versions {
                pages.tell(order, version);
            }
        });
        Ok(())
    }
}

impl Pages {
    fn add(&mut self, order: OrderId, client: IpAddr, version: Version) -> Result<watch::Receiver<Version>, Full> {
        let of_client = self.clients.get(&client).copied().unwrap_or(0);
        let of_order = self.orders.get(&order).map_or(0, |watched| watched.pages);
        if self.is_closed || self.count >= MOST || of_client >= MOST_OF_A_CLIENT || of_order >= MOST_OF_AN_ORDER {
            return Err(Full);
        }
        let watched =
            self.orders.entry(order).or_insert_with(|| Watched { version: watch::Sender::new(version), pages: 0 });
        watched.pages += 1;
        self.count += 1;
        *self.clients.entry(client).or_default() += 1;
        Ok(watched.version.subscribe())
    }

    fn remove(&mut self, order: OrderId, client: IpAddr) {
        self.count -= 1;
        if let Some(watched) = self.orders.get_mut(&order) {
            watched.pages -= 1;
            if watched.pages == 0 {
                self.orders.remove(&order);
            }
        }
        if let Some(pages) = self.clients.get_mut(&client) {
            *pages -= 1;
            if *pages == 0 {
                self.clients.remove(&client);
            }
        }
    }

    fn tell(&self, order: OrderId, version: Version) {
        if let Some(watched) = self.orders.get(&order) {
            watched.version.send_if_modified(|known| {
                let is_news = *known != version;
                *known = version;
                is_news
            });
        }
    }
}

impl Watch {
    /// The version when it is next another one, at first the one of now; nothing once the node stops.
    pub async fn next(&mut self) -> Option<Version> {
        if std::mem::take(&mut self.is_new) {
            return Some(self.version.borrow_and_update().clone());
        }
        self.version.changed().await.ok()?;
        Some(self.version.borrow_and_update().clone())
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.live.with(|pages| pages.remove(self.order, self.client));
    }
}

/// Looks again and again, until the task is stopped.
pub async fn keep_looking(shop: Arc<Shop>) {
    loop {
        tokio::time::sleep(LOOK_EVERY).await;
        if let Err(error) = shop.live.look(&shop).await {
            tracing::warn!(%error, "live orders");
        }
    }
}

fn version(updated_at: i64, steps: i64) -> Version {
    format!("{updated_at}-{steps}")
}

/// What tells an order from itself before: when its row changed, and how much has happened to it that its buyer is shown.
pub async fn find_version(conn: &mut Conn<'_>, order: OrderId) -> sqlx::Result<Version> {
    let row = fetch!(
        conn,
        one as (i64, i64),
        "SELECT o.updated_at, (SELECT COUNT(*) FROM order_history h
            WHERE h.order_id = o.id AND h.event NOT IN ('note', 'confirmation_resent')) FROM orders o
        WHERE o.id = $1",
        order.0
    )?;
    Ok(version(row.0, row.1))
}

async fn list_versions(conn: &mut Conn<'_>, orders: &[Uuid]) -> sqlx::Result<Vec<(OrderId, Version)>> {
    let rows = fetch_in!(
        conn,
        (Uuid, i64, i64),
        "SELECT o.id, o.updated_at, (SELECT COUNT(*) FROM order_history h
            WHERE h.order_id = o.id AND h.event NOT IN ('note', 'confirmation_resent')) FROM orders o
        WHERE o.id IN",
        orders,
        ""
    )?;
    Ok(rows.into_iter().map(|(id, updated_at, steps)| (OrderId(id), version(updated_at, steps))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::Ipv4Addr;

    fn client(i: usize) -> IpAddr {
        Ipv4Addr::from_bits(u32::try_from(i).unwrap()).into()
    }

    fn order(i: usize) -> OrderId {
        OrderId(Uuid::from_u128(i as u128))
    }

    #[tokio::test]
    async fn a_page_hears_of_what_is_new_and_of_nothing_twice() {
        let live = Live::default();
        let mut page = live.watch(order(1), client(1), "1".into()).unwrap();
        assert_eq!(page.next().await.as_deref(), Some("1"));
        live.with(|pages| {
            pages.tell(order(1), "1".into());
            pages.tell(order(2), "9".into());
            pages.tell(order(1), "2".into());
        });
        assert_eq!(page.next().await.as_deref(), Some("2"));
        let nothing = tokio::time::timeout(Duration::from_millis(20), page.next()).await;
        assert!(nothing.is_err(), "{nothing:?}");
    }

    #[tokio::test]
    async fn pages_end_when_the_node_stops_and_no_new_ones_begin() {
        let live = Live::default();
        let mut page = live.watch(order(1), client(1), "1".into()).unwrap();
        page.next().await;
        live.close();
        assert_eq!(page.next().await, None);
        assert!(live.watch(order(1), client(1), "1".into()).is_err());
        drop(page);
        assert_eq!(live.count(), 0);
    }

    #[test]
    fn a_page_that_begins_while_the_node_stops_ends_with_it() {
        for _ in 0..2_000 {
            let live = Live::default();
            let watch = std::thread::scope(|scope| {
                let watching = scope.spawn(|| live.watch(order(1), client(1), "1".into()));
                live.close();
                watching.join().unwrap()
            });
            assert!(watch.is_err() || watch.is_ok_and(|page| page.version.has_changed().is_err()));
        }
    }

    #[test]
    fn there_is_an_end_to_the_pages_of_an_order_of_a_client_and_in_all() {
        let live = Live::default();
        let fill = |orders: fn(usize) -> usize, clients: fn(usize) -> usize| {
            let open = |i| live.watch(order(orders(i)), client(clients(i)), String::new());
            (0..MOST + 10).map_while(|i| open(i).ok()).collect::<Vec<_>>()
        };
        assert_eq!(fill(|_| 1, |i| i).len(), MOST_OF_AN_ORDER);
        assert_eq!(fill(|i| i, |_| 1).len(), MOST_OF_A_CLIENT);
        let all = fill(|i| i, |i| i);
        assert_eq!((all.len(), live.count()), (MOST, MOST));
        drop(all);
        let left = live.with(|pages| (pages.orders.len(), pages.clients.len(), pages.count));
        assert_eq!(left, (0, 0, 0), "what is closed leaves nothing");
    }
}
