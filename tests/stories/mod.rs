//! What the shop does, told as stories. Each runs on both engines.

mod buying;
