//! What each address answers, and what it answers nonsense with.

mod pages;
