//! Linux: memory files without a name, and `poll`.

use std::io;
use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd, IntoRawFd, OwnedFd};
use std::ptr::{self, NonNull};

/// An owned descriptor of a memory file.
#[derive(Debug)]
pub(crate) struct Descriptor(OwnedFd);

impl Descriptor {
    pub(crate) fn create(bytes: usize) -> io::Result<Self> {
        // SAFETY: the name is a C string; the call touches no other memory.
        let number = unsafe { libc::memfd_create(c"allcores".as_ptr(), libc::MFD_CLOEXEC) };
        if number < 0 {
            return Err(io::Error::last_os_error());
        }
        // SAFETY: the system has just made this descriptor for us, and nobody else knows it.
        let descriptor = Descriptor(unsafe { OwnedFd::from_raw_fd(number) });
        let length = libc::off_t::try_from(bytes).map_err(|_| io::ErrorKind::InvalidInput)?;
        // SAFETY: an owned descriptor and a number; no memory is touched.
        if unsafe { libc::ftruncate(descriptor.number(), length) } != 0 {
            return Err(io::Error::last_os_error());
        }
        Ok(descriptor)
    }

    pub(crate) fn adopt(number: i32) -> io::Result<Self> {
        // SAFETY: asks about a descriptor, and answers with an error for what is none.
        if unsafe { libc::fcntl(number, libc::F_SETFD, libc::FD_CLOEXEC) } < 0 {
            return Err(io::Error::last_os_error());
        }
        // SAFETY: it is open, and the caller gives it to this value.
        Ok(Descriptor(unsafe { OwnedFd::from_raw_fd(number) }))
    }

    pub(crate) fn into_number(self) -> i32 {
        self.0.into_raw_fd()
    }

    fn number(&self) -> i32 {
        self.0.as_raw_fd()
    }

    fn length(&self) -> io::Result<u64> {
        // SAFETY: the structure is plain numbers, for which zeros are a value.
        let mut status: libc::stat = unsafe { std::mem::zeroed() };
        // SAFETY: an owned descriptor and a structure that is alive during the call.
        if unsafe { libc::fstat(self.number(), &mut status) } != 0 {
            return Err(io::Error::last_os_error());
        }
        u64::try_from(status.st_size).map_err(io::Error::other)
    }
}

/// Shared memory in this process's address space.
#[derive(Debug)]
pub(crate) struct Mapping {
    pointer: NonNull<u8>,
    length: usize,
}

// SAFETY: the mapping belongs to the process, not to a thread; this type itself never reads or writes it.
unsafe impl Send for Mapping {}
// SAFETY: as for `Send`.
unsafe impl Sync for Mapping {}

impl Mapping {
    pub(crate) fn new(descriptor: &Descriptor, length: usize) -> io::Result<Self> {
        // Memory behind the end of the file would be mapped all right, and kill who touches it.
        if descriptor.length()? < length as u64 {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        let access = libc::PROT_READ | libc::PROT_WRITE;
        // SAFETY: no address is asked for, so nothing that is mapped already is touched; the
        // descriptor is open and the file is as long as the mapping.
        let pointer = unsafe {
            libc::mmap(ptr::null_mut(), length, access, libc::MAP_SHARED, descriptor.number(), 0)
        };
        if pointer == libc::MAP_FAILED {
            return Err(io::Error::last_os_error());
        }
        let pointer = NonNull::new(pointer.cast()).ok_or(io::ErrorKind::AddrNotAvailable)?;
        Ok(Mapping { pointer, length })
    }

    pub(crate) fn pointer(&self) -> NonNull<u8> {
        self.pointer
    }

    pub(crate) fn length(&self) -> usize {
        self.length
    }
}

impl Drop for Mapping {
    fn drop(&mut self) {
        // SAFETY: `new` mapped this range, and it is unmapped only here; whoever holds its pointer
        // holds this value as well.
        unsafe { libc::munmap(self.pointer.as_ptr().cast(), self.length) };
    }
}

/// Our end of a pipe or socket whose other end is watched. A duplicate, so that the program may close its own.
pub(crate) struct Peer(OwnedFd);

impl Peer {
    pub(crate) fn of(number: i32) -> io::Result<Self> {
        if number < 0 {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        // SAFETY: borrowed for the next call only, which says so when it is not open.
        let borrowed = unsafe { BorrowedFd::borrow_raw(number) };
        borrowed.try_clone_to_owned().map(Peer)
    }

    /// Returns when the other end is closed.
    pub(crate) fn wait(&self) {
        // Bytes that wait to be read are no reason to wake up.
        let mut watched =
            libc::pollfd { fd: self.0.as_raw_fd(), events: libc::POLLRDHUP, revents: 0 };
        loop {
            // SAFETY: one structure, alive during the call, and an owned descriptor in it.
            let ready = unsafe { libc::poll(&mut watched, 1, -1) };
            if ready > 0
                || (ready < 0 && io::Error::last_os_error().kind() != io::ErrorKind::Interrupted)
            {
                return;
            }
        }
    }
}

/// Ends this process, whatever its threads do and whatever handlers it has.
pub(crate) fn end_now() {
    let own = std::process::id().cast_signed();
    // SAFETY: a signal to this process itself; it touches no memory.
    unsafe { libc::kill(own, libc::SIGKILL) };
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn write(mapping: &Mapping, at: usize, value: u8) {
        assert!(at < mapping.length);
        let place = mapping.pointer.as_ptr().wrapping_add(at);
        // SAFETY: within the mapping, which is alive; bytes need no alignment.
        unsafe { place.write_volatile(value) };
    }

    pub(crate) fn read(mapping: &Mapping, at: usize) -> u8 {
        assert!(at < mapping.length);
        let place = mapping.pointer.as_ptr().wrapping_add(at);
        // SAFETY: as in `write`.
        unsafe { place.read_volatile() }
    }

    #[test]
    fn a_peer_is_waited_for_until_it_closes_and_not_for_bytes() {
        let (mut there, here) = std::os::unix::net::UnixStream::pair().expect("a pair");
        let peer = Peer::of(here.as_raw_fd()).expect("open");
        std::io::Write::write_all(&mut there, b"bytes that nobody reads").expect("room");
        let (sender, ended) = std::sync::mpsc::channel();
        let waiting = std::thread::spawn(move || {
            peer.wait();
            sender.send(()).expect("a receiver");
        });
        let early = ended.recv_timeout(std::time::Duration::from_millis(100));
        assert!(early.is_err(), "it is open");
        drop(there);
        ended.recv_timeout(std::time::Duration::from_secs(10)).expect("the end");
        waiting.join().expect("no panic");
    }
}
