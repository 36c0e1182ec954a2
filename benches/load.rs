//! A load generator: HTTP/1.1 over connections that stay open, as little work as possible for each answer.

use crate::Result;
use futures::future::try_join_all;
use std::{
    cell::{Cell, RefCell},
    net::SocketAddr,
    time::{Duration, Instant},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// One connection.
pub struct Client {
    stream: TcpStream,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    cookie: Option<String>,
}

enum Framing {
    Length(usize),
    Chunked,
}

/// An answer that was kept.
pub struct Answer {
    pub status: u16,
    pub body: Vec<u8>,
    /// The cookie it sets, if any: `name=value`.
    pub cookie: Option<String>,
}

/// The bytes of a GET request. `accept` is what encodings are taken.
pub fn get(path: &str, accept: &str) -> Vec<u8> {
    let encoding = if accept.is_empty() { String::new() } else { format!("Accept-Encoding: {accept}\r\n") };
    format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept: */*\r\n{encoding}\r\n").into_bytes()
}

/// The bytes of a POST request with a JSON body.
pub fn post(path: &str, body: &serde_json::Value) -> Vec<u8> {
    let body = body.to_string();
    let length = body.len();
    format!(
        "POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
    )
    .into_bytes()
}

/// The bytes of a form that a page of the shop sends, with the cookie of its visitor. `from` is the client's address, as
/// a proxy tells it.
pub fn post_form(path: &str, fields: &str, cookie: &str, from: &str) -> Vec<u8> {
    let length = fields.len();
    format!(
        "POST {path} HTTP/1.1\r\nHost: localhost\r\nAccept: application/json\r\nCookie: {cookie}\r\nX-Forwarded-For: {from}\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {length}\r\n\r\n{fields}"
    )
    .into_bytes()
}

impl Client {
    pub async fn connect(addr: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(addr).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: vec![0; 256 * 1024], start: 0, end: 0, cookie: None })
    }

    /// Sends a request and keeps the answer.
    pub async fn fetch(&mut self, request: &[u8]) -> Result<Answer> {
        let mut body = Vec::new();
        let status = self.send(request, Some(&mut body)).await?;
        Ok(Answer { status, body, cookie: self.cookie.take() })
    }

    /// Sends a request and reads the whole answer; gives its status.
    pub async fn send(&mut self, request: &[u8], mut keep: Option<&mut Vec<u8>>) -> Result<u16> {
        self.stream.write_all(request).await?;
        let (status, framing) = self.head().await?;
        match framing {
            Framing::Length(length) => self.take(length, &mut keep).await?,
            Framing::Chunked => loop {
                let line = self.line().await?;
                let size = usize::from_str_radix(line.split(';').next().unwrap_or("").trim(), 16)?;
                self.take(size, &mut keep).await?;
                self.line().await?;
                if size == 0 {
                    break;
                }
            },
        }
        Ok(status)
    }

    async fn head(&mut self) -> Result<(u16, Framing)> {
        loop {
            if let Some((length, status, framing, cookie)) = parse_head(&self.buffer[self.start..self.end])? {
                self.start += length;
                self.cookie = cookie;
                return Ok((status, framing));
            }
            self.fill().await?;
        }
    }

    async fn take(&mut self, mut length: usize, keep: &mut Option<&mut Vec<u8>>) -> Result<()> {
        while length > 0 {
            if self.start == self.end {
                self.fill().await?;
            }
            let now = length.min(self.end - self.start);
            if let Some(kept) = keep {
                kept.extend_from_slice(&self.buffer[self.start..self.start + now]);
            }
            self.start += now;
            length -= now;
        }
        Ok(())
    }

    async fn line(&mut self) -> Result<String> {
        loop {
            let rest = &self.buffer[self.start..self.end];
            if let Some(at) = rest.windows(2).position(|pair| pair == b"\r\n") {
                let line = String::from_utf8_lossy(&rest[..at]).into_owned();
                self.start += at + 2;
                return Ok(line);
            }
            self.fill().await?;
        }
    }

    async fn fill(&mut self) -> Result<()> {
        if self.start == self.end {
            (self.start, self.end) = (0, 0);
        } else if self.end == self.buffer.len() {
            self.buffer.copy_within(self.start..self.end, 0);
            (self.start, self.end) = (0, self.end - self.start);
        }
        match self.stream.read(&mut self.buffer[self.end..]).await? {
            0 => Err("the shop closed a connection".into()),
            read => {
                self.end += read;
                Ok(())
            }
        }
    }
}

/// The length of a head, its status, how the body is framed, and the cookie it sets.
type Head = (usize, u16, Framing, Option<String>);

fn parse_head(bytes: &[u8]) -> Result<Option<Head>> {
    let mut headers = [httparse::EMPTY_HEADER; 32];
    let mut response = httparse::Response::new(&mut headers);
    let httparse::Status::Complete(length) = response.parse(bytes)? else { return Ok(None) };
    let (mut framing, mut cookie) = (Framing::Length(0), None);
    for header in response.headers.iter() {
        if header.name.eq_ignore_ascii_case("content-length") {
            framing = Framing::Length(std::str::from_utf8(header.value)?.parse()?);
        } else if header.name.eq_ignore_ascii_case("transfer-encoding") {
            framing = Framing::Chunked;
        } else if header.name.eq_ignore_ascii_case("set-cookie") {
            cookie = std::str::from_utf8(header.value)?.split(';').next().map(str::to_owned);
        }
    }
    Ok(Some((length, response.code.unwrap_or(0), framing, cookie)))
}

/// What a while of load came to.
#[derive(Clone, Default)]
pub struct Outcome {
    pub answered: u64,
    /// Answers that were neither 2xx nor 3xx.
    pub failed: u64,
    pub span: Duration,
    pub latencies: Vec<Duration>,
}

impl Outcome {
    pub fn add(&mut self, other: Self) {
        self.answered += other.answered;
        self.failed += other.failed;
        self.span += other.span;
        self.latencies.extend(other.latencies);
    }

    /// Good answers a second.
    pub fn rate(&self) -> f64 {
        (self.answered - self.failed) as f64 / self.span.as_secs_f64().max(1e-9)
    }

    pub fn failures(&self) -> String {
        if self.failed == 0 { String::new() } else { format!(" ({} of {} FAILED)", self.failed, self.answered) }
    }
}

/// The latency that `share` of all stayed under: the middle one of those of `stretches` of the run.
pub fn middle_percentile(latencies: &[Duration], share: f64, stretches: usize) -> Duration {
    let of_one = |stretch: &[Duration]| {
        let mut sorted = stretch.to_vec();
        sorted.sort_unstable();
        sorted[((sorted.len() - 1) as f64 * share).round() as usize]
    };
    let length = latencies.len().div_ceil(stretches).max(1);
    let mut each: Vec<Duration> = latencies.chunks(length).map(of_one).collect();
    each.sort_unstable();
    each.get(each.len() / 2).copied().unwrap_or_default()
}

/// Several connections that send one of the requests after the other.
pub struct Load {
    clients: Vec<RefCell<Client>>,
    requests: Vec<Vec<u8>>,
    next: Cell<usize>,
}

impl Load {
    pub async fn new(addr: SocketAddr, connections: usize, requests: Vec<Vec<u8>>) -> Result<Self> {
        let clients = try_join_all((0..connections).map(|_| Client::connect(addr))).await?;
        Ok(Self { clients: clients.into_iter().map(RefCell::new).collect(), requests, next: Cell::new(0) })
    }

    /// All connections at once for a while.
    pub async fn run(&self, span: Duration) -> Result<Outcome> {
        let started = Instant::now();
        let each = self.clients.iter().map(|client| self.drive(client, started, span));
        let mut sum = Outcome::default();
        try_join_all(each).await?.into_iter().for_each(|outcome| sum.add(outcome));
        sum.span = started.elapsed();
        Ok(sum)
    }

    // Each connection has its own client, which nobody else borrows.
    #[allow(clippy::await_holding_refcell_ref)]
    async fn drive(&self, client: &RefCell<Client>, started: Instant, span: Duration) -> Result<Outcome> {
        let mut client = client.borrow_mut();
        let mut outcome = Outcome::default();
        while started.elapsed() < span {
            let at = self.next.get();
            self.next.set((at + 1) % self.requests.len());
            let sent = Instant::now();
            let status = client.send(&self.requests[at], None).await?;
            outcome.latencies.push(sent.elapsed());
            outcome.answered += 1;
            outcome.failed += u64::from(!(200..400).contains(&status));
        }
        Ok(outcome)
    }
}

/// Runs loads in turns, after one unmeasured turn each: what disturbs the machine disturbs them alike.
pub async fn in_turns<const N: usize>(loads: [&Load; N], turns: usize, span: Duration) -> Result<[Outcome; N]> {
    let mut sums: [Outcome; N] = std::array::from_fn(|_| Outcome::default());
    for turn in 0..=turns {
        for (load, sum) in loads.iter().zip(&mut sums) {
            let outcome = load.run(span).await?;
            if turn > 0 {
                sum.add(outcome);
            }
        }
    }
    Ok(sums)
}

/// The first load by itself and with the other beside it, in turns, after one unmeasured turn.
pub async fn alone_and_beside(load: &Load, other: &Load, turns: usize, span: Duration) -> Result<[Outcome; 3]> {
    let mut sums: [Outcome; 3] = std::array::from_fn(|_| Outcome::default());
    for turn in 0..=turns {
        let alone = load.run(span).await?;
        let (beside, others) = futures::future::try_join(load.run(span), other.run(span)).await?;
        if turn > 0 {
            [alone, beside, others].into_iter().zip(&mut sums).for_each(|(outcome, sum)| sum.add(outcome));
        }
    }
    Ok(sums)
}
