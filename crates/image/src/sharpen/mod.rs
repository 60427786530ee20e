//! What makes edges steeper.
//!
//! | file | idea |
//! |---|---|
//! | `unsharp_mask` | minus a Gaussian blur, where that changes enough |
//! | `sharpen` | minus the mean of the nearest pixels |

#[expect(clippy::module_inception, reason = "the step that the folder is named after")]
mod sharpen;
mod unsharp_mask;

pub use sharpen::Sharpen;
pub use unsharp_mask::UnsharpMask;
