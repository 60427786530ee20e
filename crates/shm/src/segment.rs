use std::io;
use std::ptr::NonNull;

use crate::platform;

/// An open file descriptor of a segment's memory, closed when it is dropped. It is not inherited by
/// programs that this process starts, unless it is given to one by name.
#[derive(Debug)]
pub struct Descriptor(platform::Descriptor);

impl Descriptor {
    /// Takes a descriptor over by its number, for example one that this process was started with.
    ///
    /// # Errors
    /// When the number is not an open descriptor.
    pub fn adopt(number: i32) -> io::Result<Self> {
        platform::Descriptor::adopt(number).map(Descriptor)
    }

    /// Its number, which the caller has to close from now on.
    pub fn into_number(self) -> i32 {
        self.0.into_number()
    }
}

/// Anonymous memory, mapped into this process until the value is dropped. It has no name, so
/// nothing of it is left when the last process that maps it has ended.
///
/// ```
/// # fn main() -> std::io::Result<()> {
/// # if !cfg!(target_os = "linux") { return Ok(()); }
/// let (segment, descriptor) = allcores_shm::Segment::create(4096)?;
/// let other = allcores_shm::Segment::attach(&descriptor, 4096)?;
/// assert_eq!((segment.len(), other.len()), (4096, 4096));
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Segment(platform::Mapping);

impl Segment {
    /// Makes a segment of `bytes` zeros and maps it.
    ///
    /// # Errors
    /// `InvalidInput` for 0 bytes; `Unsupported` where the system has no such memory; whatever else the
    /// system says, for example that there is no room.
    pub fn create(bytes: usize) -> io::Result<(Self, Descriptor)> {
        let descriptor = platform::Descriptor::create(checked(bytes)?)?;
        let mapping = platform::Mapping::new(&descriptor, bytes)?;
        Ok((Segment(mapping), Descriptor(descriptor)))
    }

    /// Maps a segment that another process (or this one) has made.
    ///
    /// # Errors
    /// As [`Segment::create`]; `InvalidInput` also when the segment is smaller than `bytes`.
    pub fn attach(descriptor: &Descriptor, bytes: usize) -> io::Result<Self> {
        platform::Mapping::new(&descriptor.0, checked(bytes)?).map(Segment)
    }

    /// Where it begins. Other processes may write here at any time.
    pub fn as_ptr(&self) -> NonNull<u8> {
        self.0.pointer()
    }

    /// How many bytes it has; never 0.
    #[expect(clippy::len_without_is_empty, reason = "a segment is never empty")]
    pub fn len(&self) -> usize {
        self.0.length()
    }
}

fn checked(bytes: usize) -> io::Result<usize> {
    if bytes > 0 {
        return Ok(bytes);
    }
    Err(io::Error::new(io::ErrorKind::InvalidInput, "a segment has at least one byte"))
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn two_mappings_of_one_segment_are_the_same_memory() {
        let (segment, descriptor) = Segment::create(10_000).expect("memory");
        let other = Segment::attach(&descriptor, 10_000).expect("the same memory");
        drop(descriptor);
        assert_ne!(segment.as_ptr(), other.as_ptr());
        platform::tests::write(&segment.0, 9_999, 7);
        assert_eq!(platform::tests::read(&other.0, 9_999), 7);
        assert_eq!(platform::tests::read(&other.0, 0), 0);
        drop(segment);
        assert_eq!(platform::tests::read(&other.0, 9_999), 7);
    }

    #[test]
    fn a_segment_of_nothing_and_a_descriptor_of_nothing_are_refused() {
        assert_eq!(Segment::create(0).expect_err("0 bytes").kind(), io::ErrorKind::InvalidInput);
        assert!(Descriptor::adopt(-1).is_err());
        assert!(Descriptor::adopt(9_999).is_err());
    }

    #[test]
    fn more_than_the_segment_has_is_refused_instead_of_mapped() {
        let (_segment, descriptor) = Segment::create(4096).expect("memory");
        let refused = Segment::attach(&descriptor, 4097).expect_err("too much");
        assert_eq!(refused.kind(), io::ErrorKind::InvalidInput);
    }
}
