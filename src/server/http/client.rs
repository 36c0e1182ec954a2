//! Whose request it is, as far as an address tells: of the connection, or what our own proxies say of it.
//!
//! `X-Forwarded-For` is written by whoever sends the request, and each proxy adds the address it was called from at the
//! right. So only as many entries from the right are believed as there are proxies of ours (`SHOP_PROXIES`).

use crate::server::state::Shop;
use axum::{
    extract::{ConnectInfo, Request, State},
    http::{Extensions, HeaderMap},
    middleware::Next,
    response::Response,
};
use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::Arc,
};

/// The address of whoever sent a request: an extension of every request.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct ClientAddress(pub IpAddr);

impl ClientAddress {
    /// What counts as one client: an IPv4 address, or the /64 of an IPv6 one, of which a single household has them all.
    #[must_use]
    pub fn network(self) -> IpAddr {
        match self.0.to_canonical() {
            IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64)).into(),
            v4 => v4,
        }
    }

    /// The client that a request's extensions name; without a network there is only this machine.
    #[must_use]
    pub fn of(extensions: &Extensions) -> Self {
        extensions.get().copied().unwrap_or(Self(IpAddr::V4(Ipv4Addr::LOCALHOST)))
    }

    fn read(extensions: &Extensions, headers: &HeaderMap, proxies: usize) -> Self {
        let peer = extensions.get().map(|ConnectInfo(peer): &ConnectInfo<SocketAddr>| Self(peer.ip().to_canonical()));
        forwarded(headers, proxies).or(peer).unwrap_or_else(|| Self::of(&Extensions::new()))
    }
}

/// Notes on every request who sent it.
pub async fn note(State(shop): State<Arc<Shop>>, mut request: Request, next: Next) -> Response {
    let client = ClientAddress::read(request.extensions(), request.headers(), shop.config.proxies);
    request.extensions_mut().insert(client);
    next.run(request).await
}

/// The entry that the outermost of our proxies added.
fn forwarded(headers: &HeaderMap, proxies: usize) -> Option<ClientAddress> {
    let entries = headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok());
    let entries: Vec<&str> = entries.flat_map(|list| list.split(',')).collect();
    let entry = entries[entries.len().checked_sub(proxies)?..].first()?.trim();
    // Some proxies add the port.
    let address = entry.parse().or_else(|_| entry.parse::<SocketAddr>().map(|address| address.ip()));
    address.ok().map(|address| ClientAddress(address.to_canonical()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn client(peer: &str, forwarded: &[&'static str], proxies: usize) -> String {
        let mut extensions = Extensions::new();
        extensions.insert(ConnectInfo::<SocketAddr>(peer.parse().unwrap()));
        let mut headers = HeaderMap::new();
        for list in forwarded {
            headers.append("x-forwarded-for", HeaderValue::from_static(list));
        }
        ClientAddress::read(&extensions, &headers, proxies).0.to_string()
    }

    #[test]
    fn without_a_proxy_the_peer_is_the_client_whatever_it_says() {
        assert_eq!(client("192.0.2.1:5", &[], 0), "192.0.2.1");
        assert_eq!(client("192.0.2.1:5", &["198.51.100.7"], 0), "192.0.2.1");
        assert_eq!(client("[::ffff:192.0.2.1]:5", &[], 0), "192.0.2.1");
    }

    #[test]
    fn behind_proxies_it_is_what_the_outermost_of_them_saw() {
        let forged = "203.0.113.9, 198.51.100.7, 10.0.0.2";
        assert_eq!(client("10.0.0.1:5", &[forged], 1), "10.0.0.2");
        assert_eq!(client("10.0.0.1:5", &[forged], 2), "198.51.100.7");
        assert_eq!(client("10.0.0.1:5", &["203.0.113.9", "198.51.100.7"], 1), "198.51.100.7");
        assert_eq!(client("10.0.0.1:5", &["198.51.100.7:4711"], 1), "198.51.100.7");
        assert_eq!(client("10.0.0.1:5", &["[2001:db8::7]:4711"], 1), "2001:db8::7");
    }

    #[test]
    fn what_is_missing_or_unreadable_leaves_the_peer() {
        for list in ["", "unknown", "198.51.100.7, _hidden", "198.51.100.7,", "999.1.1.1"] {
            assert_eq!(client("10.0.0.1:5", &[list], 1), "10.0.0.1", "{list}");
        }
        assert_eq!(client("10.0.0.1:5", &[], 1), "10.0.0.1");
        assert_eq!(client("10.0.0.1:5", &["198.51.100.7"], 2), "10.0.0.1");
        assert_eq!(ClientAddress::read(&Extensions::new(), &HeaderMap::new(), 0).0.to_string(), "127.0.0.1");
    }

    #[test]
    fn a_household_is_one_client() {
        let network = |address: &str| ClientAddress(address.parse().unwrap()).network().to_string();
        assert_eq!(network("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
        assert_eq!(network("2001:db8:1:2::"), "2001:db8:1:2::");
        assert_eq!(network("192.0.2.1"), "192.0.2.1");
        assert_eq!(network("::ffff:192.0.2.1"), "192.0.2.1");
    }
}
