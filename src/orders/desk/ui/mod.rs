//! Pages of the desk.
