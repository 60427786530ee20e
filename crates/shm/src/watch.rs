use std::io;
use std::time::Duration;

use crate::platform;

/// Ends this process when the other end of a pipe or socket closes, as it does when the process that
/// holds it dies, whatever kills that and whatever this process is doing.
///
/// A thread of its own waits, without a turn of the processor. When the end has come, the program has
/// `grace` to end by itself; then it is killed. The thread does not keep the process alive.
///
/// # Errors
/// When `number` is not an open descriptor, the thread cannot be started, or the system has no such wait.
pub fn end_with_peer(number: i32, grace: Duration) -> io::Result<()> {
    let peer = platform::Peer::of(number)?;
    std::thread::Builder::new().name("allcores-watch".to_owned()).stack_size(64 << 10).spawn(
        move || {
            peer.wait();
            std::thread::sleep(grace);
            platform::end_now();
        },
    )?;
    Ok(())
}
