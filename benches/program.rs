//! The release program, in a folder of its own.

use crate::{
    Result,
    load::{Answer, Client, get},
};
use std::{
    fs,
    net::{SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};
use tempfile::TempDir;

/// A shop's place on disk: its data, and the site as the program expects it under the folder it is run in.
pub struct Place {
    folder: TempDir,
    pub database: String,
}

impl Place {
    /// With SQLite, or with the database of a URL.
    pub fn new(database: Option<&str>) -> Result<Self> {
        // Beside the program, on a disk: where temporary files are kept may be memory.
        let folder = tempfile::Builder::new().prefix("bench-").tempdir_in(root().join("target"))?;
        link_site(&site(), &folder.path().join("target/site"))?;
        let sqlite = || format!("sqlite:{}", folder.path().join("data/shop.db").display());
        let database = database.map_or_else(sqlite, str::to_owned);
        fs::create_dir_all(folder.path().join("data"))?;
        Ok(Self { folder, database })
    }

    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Puts a file among those the program serves as they are; gives its address. `brotli`: its compressed form.
    pub fn add_static_file(&self, name: &str, bytes: &[u8], brotli: &[u8]) -> Result<String> {
        let path = self.folder.path().join("target/site/scenes").join(name);
        fs::write(&path, bytes)?;
        fs::write(path.with_file_name(format!("{name}.br")), brotli)?;
        Ok(format!("/scenes/{name}"))
    }

    fn command(&self) -> Command {
        let mut command = Command::new(root().join("target/release/ironmonger"));
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("LEPTOS_") || name.starts_with("SHOP_")) {
            command.env_remove(name);
        }
        command
            .current_dir(self.folder.path())
            .env("SHOP_DEMO", "0")
            .env("SHOP_RATE_LIMIT", "off")
            .env("SHOP_SECRET", "a secret that only benches know")
            .env("SHOP_DATA_DIR", self.data())
            .env("DATABASE_URL", &self.database)
            .env("RUST_LOG", "error")
            .stdin(Stdio::null());
        command
    }

    /// Imports a file; gives how long that took, the most memory it held, and the last line it said.
    pub async fn import(&self, file: &Path) -> Result<Imported> {
        let said = self.folder.path().join("import.log");
        let log = fs::File::create(&said)?;
        let started = Instant::now();
        let mut child = self.command().arg("import").arg(file).stdout(log.try_clone()?).stderr(log).spawn()?;
        let mut peak = 0;
        let status = loop {
            if let Some(status) = child.try_wait()? {
                break status;
            }
            peak = memory(child.id(), "VmHWM").unwrap_or(peak);
            tokio::time::sleep(Duration::from_millis(5)).await;
        };
        let took = started.elapsed();
        let text = fs::read_to_string(said)?;
        let summary = text.lines().last().unwrap_or("").to_owned();
        if !status.success() {
            return Err(format!("the import failed: {summary}").into());
        }
        Ok(Imported { took, peak, summary })
    }

    /// Runs a command to its end.
    pub fn run(&self, args: &[&str]) -> Result<()> {
        let done = self.command().args(args).output()?;
        if !done.status.success() {
            return Err(format!("{args:?} failed: {}", String::from_utf8_lossy(&done.stderr)).into());
        }
        Ok(())
    }

    /// Adds promotions, as the shop's own command does.
    pub fn promote(&self, promotions: &[serde_json::Value]) -> Result<()> {
        let file = self.folder.path().join("promotion.json");
        promotions.iter().try_for_each(|promotion| {
            fs::write(&file, promotion.to_string())?;
            self.run(&["promotions", "--add", &file.display().to_string()])
        })
    }

    /// Serves the shop; comes back when it is ready.
    pub async fn serve(&self) -> Result<Shop> {
        self.serve_with(&[]).await
    }

    /// The same with settings of its own.
    pub async fn serve_with(&self, settings: &[(&str, &str)]) -> Result<Shop> {
        let addr = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let log = self.folder.path().join("serve.log");
        let out = fs::File::create(&log)?;
        let started = Instant::now();
        let child = self
            .command()
            .env("LEPTOS_SITE_ADDR", addr.to_string())
            .env("SHOP_BASE_URL", format!("http://{addr}"))
            .envs(settings.iter().copied())
            .stdout(out.try_clone()?)
            .stderr(out)
            .spawn()?;
        let mut shop = Shop { child, addr, ready_after: Duration::ZERO, log };
        // A million products take minutes to index.
        while started.elapsed() < Duration::from_secs(600) {
            if let Some(status) = shop.child.try_wait()? {
                return Err(format!("the shop stopped ({status}): {}", fs::read_to_string(&shop.log)?).into());
            }
            if shop.get("/readyz").await.is_ok_and(|answer| answer.status == 200) {
                shop.ready_after = started.elapsed();
                return Ok(shop);
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        Err("the shop was not ready after ten minutes".into())
    }
}

pub struct Imported {
    pub took: Duration,
    /// In kilobytes; 0 where the system does not tell.
    pub peak: u64,
    pub summary: String,
}

/// A shop that serves. Dropped, it is stopped.
pub struct Shop {
    child: Child,
    pub addr: SocketAddr,
    pub ready_after: Duration,
    log: PathBuf,
}

impl Shop {
    pub async fn get(&self, path: &str) -> Result<Answer> {
        Client::connect(self.addr).await?.fetch(&get(path, "")).await
    }

    /// Kilobytes in use: what was allocated, without the pages of files.
    pub fn memory(&self) -> u64 {
        memory(self.child.id(), "RssAnon").unwrap_or(0)
    }

    /// Kilobytes at most, pages of files among them.
    pub fn peak_memory(&self) -> u64 {
        memory(self.child.id(), "VmHWM").unwrap_or(0)
    }

    /// What went wrong while it served.
    pub fn complaints(&self) -> usize {
        fs::read_to_string(&self.log).map_or(0, |text| text.lines().filter(|line| line.contains("ERROR")).count())
    }
}

impl Drop for Shop {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Where the site is.
pub fn site() -> PathBuf {
    root().join("target/site")
}

pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Folders are linked, but for `scenes`, which gets files of ours.
fn link_site(from: &Path, to: &Path) -> Result<()> {
    let missing = |_| format!("{} is missing: run `make build`", from.display());
    fs::create_dir_all(to.join("scenes"))?;
    for entry in fs::read_dir(from).map_err(missing)?.chain(fs::read_dir(from.join("scenes"))?) {
        let path = entry?.path();
        let target = to.join(path.strip_prefix(from)?);
        if !target.exists() {
            std::os::unix::fs::symlink(&path, target)?;
        }
    }
    Ok(())
}

fn memory(process: u32, field: &str) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(field)?.strip_prefix(':'))?;
    line.trim().trim_end_matches(" kB").parse().ok()
}
