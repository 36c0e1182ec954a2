//! A mail server, as small as will do (RFC 5321): it keeps every message, but takes none for `nobody@…`.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};

/// A message as it came in.
#[derive(Clone, Default)]
pub struct Received {
    /// The commands `MAIL` and `RCPT`.
    pub envelope: Vec<String>,
    /// Headers and body.
    pub text: String,
}

impl Received {
    /// A header's value, if it has it.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self.text.lines().take_while(|line| !line.is_empty());
        lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }
}

/// A mail server that listens.
pub struct PostOffice {
    /// What `SMTP_URL` is set to.
    pub url: String,
    received: Arc<Mutex<Vec<Received>>>,
}

impl PostOffice {
    /// Starts one that takes so long to confirm what it has received.
    pub async fn open(confirms_after: Duration) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("smtp://{}", listener.local_addr().unwrap());
        let received = Arc::<Mutex<Vec<Received>>>::default();
        let kept = received.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(talk(stream, kept.clone(), confirms_after));
            }
        });
        Self { url, received }
    }

    /// The address of one that is not there.
    pub async fn closed() -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        format!("smtp://{}", listener.local_addr().unwrap())
    }

    pub fn received(&self) -> Vec<Received> {
        self.received.lock().unwrap().clone()
    }

    /// Waits until it has that many messages.
    pub async fn has(&self, count: usize) {
        for _ in 0..400 {
            if self.received().len() >= count {
                return;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("{count} messages were not received within ten seconds");
    }
}

async fn talk(stream: TcpStream, kept: Arc<Mutex<Vec<Received>>>, confirms_after: Duration) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    stream.write_all(b"220 localhost\r\n").await?;
    let mut message = Received::default();
    let mut line = String::new();
    while stream.read_line(&mut line).await? > 0 {
        let command = std::mem::take(&mut line);
        let answer = match command.get(..4).unwrap_or_default() {
            "EHLO" => "250-localhost\r\n250 8BITMIME\r\n",
            "RCPT" if command.contains("<nobody@") => &format!("550 There is no {}\r\n", command.trim_end()),
            "MAIL" | "RCPT" => {
                message.envelope.push(command.trim_end().to_owned());
                "250 OK\r\n"
            }
            "DATA" => {
                stream.write_all(b"354 Go on\r\n").await?;
                message.text = read_data(&mut stream).await?;
                kept.lock().unwrap().push(std::mem::take(&mut message));
                tokio::time::sleep(confirms_after).await;
                "250 Taken\r\n"
            }
            "QUIT" => return stream.write_all(b"221 Bye\r\n").await,
            _ => "250 OK\r\n",
        };
        stream.write_all(answer.as_bytes()).await?;
    }
    Ok(())
}

async fn read_data(stream: &mut BufReader<TcpStream>) -> std::io::Result<String> {
    let mut text = String::new();
    while !text.ends_with("\r\n.\r\n") && stream.read_line(&mut text).await? > 0 {}
    Ok(text)
}
