//! The server's program. Everything is in the library; see [`ironmonger::server`].

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    ironmonger::server::run()
}
