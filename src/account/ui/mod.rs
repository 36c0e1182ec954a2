//! Pages of the account.
