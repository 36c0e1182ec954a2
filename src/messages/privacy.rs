//! The wording of questions of consent. It is kept with every answer, so that it can be shown what was agreed to.

pub const STATISTICS: &str = "May we keep what you look at and put into your cart together, under a number and not under \
    your name, to see what our shop does well and what not? You can change your mind at any time.";
