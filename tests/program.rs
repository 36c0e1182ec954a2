//! The program itself, run as its users run it.

use crate::app::{Engine, TestApp, new_postgres_database};
use serde_json::Value;
use std::{
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    time::Duration,
};
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

const SECRET: &str = "a secret that only tests know";

/// Where the program keeps things, and the settings it is run with.
pub struct Place {
    pub url: String,
    folder: PathBuf,
    _owned: Option<TempDir>,
}

/// What a command came to.
#[derive(Debug)]
pub struct Done {
    pub status: i32,
    pub out: String,
    pub err: String,
}

impl Place {
    /// A place of its own with an empty database. Nothing when this machine has no such database.
    pub async fn new(engine: Engine) -> Option<Self> {
        let owned = tempfile::tempdir().unwrap();
        let url = match engine {
            Engine::Sqlite => format!("sqlite:{}", owned.path().join("data/shop.db").display()),
            Engine::Postgres => new_postgres_database().await?,
        };
        Some(Self { url, folder: owned.path().to_owned(), _owned: Some(owned) })
    }

    /// Where a running shop is.
    pub fn of(app: &TestApp) -> Self {
        Self { url: app.shop.config.database_url.clone(), folder: app.folder().to_owned(), _owned: None }
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// A file with this text.
    pub fn file(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.folder.join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ironmonger"));
        command
            .args(arguments)
            .current_dir(&self.folder)
            .env_clear()
            .env("DATABASE_URL", &self.url)
            .env("SHOP_DATA_DIR", self.folder.join("data"))
            .env("SHOP_SECRET", SECRET)
            .env("SHOP_DEMO", "0")
            .env("SHOP_RATE_LIMIT", "off");
        command
    }

    /// Runs a command to its end.
    pub async fn run(&self, arguments: &[&str]) -> Done {
        finish(self.command(arguments)).await
    }

    /// Runs the server.
    pub async fn serve(&self) -> Server {
        self.serve_in("data").await
    }

    /// Runs a server that keeps its files in another folder than the first.
    pub async fn serve_in(&self, data: &str) -> Server {
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let address = format!("127.0.0.1:{port}");
        let log = std::fs::File::create(self.folder.join("log")).unwrap();
        let child = self
            .command(&[])
            .env("SHOP_DATA_DIR", self.folder.join(data))
            .env("LEPTOS_SITE_ADDR", &address)
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .unwrap();
        let server = Server { child, address };
        for _ in 0..600 {
            if server.get("/readyz").await.is_some_and(|(status, _)| status == 200) {
                return server;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("the server is not ready: {}", std::fs::read_to_string(self.folder.join("log")).unwrap());
    }
}

/// Runs a command to its end.
pub async fn finish(mut command: Command) -> Done {
    let Output { status, stdout, stderr } =
        tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Done { status: status.code().unwrap_or(-1), out: text(stdout), err: text(stderr) }
}

/// A server of its own process.
pub struct Server {
    child: Child,
    address: String,
}

impl Server {
    /// Ends it at once, without a chance to finish anything.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    pub fn caller(&self) -> Caller {
        Caller(self.address.clone())
    }

    pub async fn get(&self, path: &str) -> Option<(u16, String)> {
        self.caller().call("GET", path, "").await
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Calls a server over the network.
#[derive(Clone)]
pub struct Caller(String);

impl Caller {
    /// Status and body; nothing when there was no whole answer.
    pub async fn call(&self, method: &str, path: &str, body: &str) -> Option<(u16, String)> {
        self.call_with(method, path, "", body).await
    }

    /// The same with a header more, which ends in a line break.
    async fn call_with(&self, method: &str, path: &str, header: &str, body: &str) -> Option<(u16, String)> {
        let mut stream = TcpStream::connect(&self.0).await.ok()?;
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nContent-Type: application/json\r\n{header}\
             Content-Length: {}\r\n\r\n{body}",
            self.0,
            body.len()
        );
        stream.write_all(request.as_bytes()).await.ok()?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.ok()?;
        let (head, body) = answer.split_once("\r\n\r\n")?;
        let length = head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
        let whole = length.is_none_or(|length: usize| length == body.len());
        whole.then(|| Some((head.split(' ').nth(1)?.parse().ok()?, body.to_owned())))?
    }

    pub async fn post(&self, path: &str, body: &Value) -> Option<(u16, String)> {
        self.call("POST", path, &body.to_string()).await
    }

    /// Asks for something that is to happen once, however often it is asked for under that key.
    pub async fn post_once(&self, path: &str, key: &str, body: &Value) -> Option<(u16, String)> {
        self.call_with("POST", path, &format!("Idempotency-Key: {key}\r\n"), &body.to_string()).await
    }
}

#[tokio::test]
async fn the_program_tells_who_may_call_what() {
    let place = Place::new(Engine::Sqlite).await.unwrap();
    let told = place.run(&["access"]).await;
    assert_eq!(told.status, 0, "{}", told.err);
    for line in [
        "/_fn/cart/add\teveryone",
        "/_fn/admin/set_role\tstaff who may change Staff",
        "GET /api/v1/orders/{number}\twhoever has its token or owns it",
    ] {
        assert!(told.out.lines().any(|told| told == line), "{line:?} in {}", told.out);
    }
    assert!(!place.folder().join("data").exists(), "it opens no database to say so");
}
