/// Samples that are also bytes.
pub(crate) trait Bytes: Sized {
    /// The bytes of the samples, in the order of the machine.
    fn bytes(samples: &[Self]) -> &[u8];
    /// The same to write.
    fn bytes_mut(samples: &mut [Self]) -> &mut [u8];
}

impl Bytes for u8 {
    fn bytes(samples: &[u8]) -> &[u8] {
        samples
    }

    fn bytes_mut(samples: &mut [u8]) -> &mut [u8] {
        samples
    }
}

impl Bytes for u16 {
    fn bytes(samples: &[u16]) -> &[u8] {
        // SAFETY: integers have no padding, and any byte is a `u8`, which has no alignment: all samples are in the
        // middle part.
        unsafe { samples.align_to().1 }
    }

    fn bytes_mut(samples: &mut [u16]) -> &mut [u8] {
        // SAFETY: as above; and any two bytes are a `u16`.
        unsafe { samples.align_to_mut().1 }
    }
}
