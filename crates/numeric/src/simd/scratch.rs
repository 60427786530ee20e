//! Large private memory.

/// `length` zeros on huge pages where the system has them: with pages of 4 KiB the first touch
/// of each costs about as much as sorting the keys that it holds.
pub(crate) fn zeroed<T: Copy + Default>(length: usize) -> Vec<T> {
    let mut memory = vec![T::default(); length];
    advise(&mut memory);
    memory
}

#[cfg(target_os = "linux")]
fn advise<T>(memory: &mut [T]) {
    const PAGE: usize = 4096;
    const LARGE: usize = 4 << 20;
    let bytes = size_of_val(memory);
    let start = memory.as_mut_ptr().cast::<u8>();
    let skipped = start.align_offset(PAGE);
    if bytes < LARGE {
        return;
    }
    let length = (bytes - skipped) & !(PAGE - 1);
    // SAFETY: the range lies inside live memory that is borrowed for the call, it begins and
    // ends at pages, and this advice changes neither what they hold nor whether they are mapped.
    unsafe { libc::madvise(start.wrapping_add(skipped).cast(), length, libc::MADV_HUGEPAGE) };
}

#[cfg(not(target_os = "linux"))]
fn advise<T>(_: &mut [T]) {}
