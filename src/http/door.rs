//! Who comes in: connections, plain or TLS, as many as there is room for, and none that only wastes time (threats.md I9).

use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::extract::connect_info::Connected;
use axum::extract::{ConnectInfo, Request};
use axum::http::HeaderName;
use axum::middleware::map_request;
use axum::serve::{IncomingStream, Listener};
use rustls::ServerConfig;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio::task::JoinHandle;
use tokio::time::{Instant, Sleep, sleep, timeout};
use tokio_rustls::TlsAcceptor;

/// 512 connections at a time. A browser opens two to six; each costs some 20 KiB until it sends a body.
const CONNECTIONS: usize = 512;
/// 10 seconds for a TLS handshake: three round trips at the worst of a satellite link.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// 30 seconds without anything to show for it, and the line is cut; also how long an idle connection is kept.
const PATIENCE: Duration = Duration::from_secs(30);
/// 1,024 bytes a second are as slow as an upload may be beyond that: a tenth of what GPRS gives.
const SLOWEST: u64 = 1_024;
/// 1 second of rest when no connection can be accepted, which happens when the process runs out of file descriptors.
const REST: Duration = Duration::from_secs(1);
/// 10 seconds for what is under way when the server is asked to stop.
const FAREWELL: Duration = Duration::from_secs(10);

/// A listening socket, with or without TLS.
#[derive(Debug)]
pub struct Door {
    arrivals: mpsc::Receiver<(Line, SocketAddr)>,
    address: SocketAddr,
    porter: JoinHandle<()>,
}

/// One connection.
#[derive(Debug)]
pub struct Line {
    stream: Stream,
    patience: Duration,
    /// When it was last our turn to speak: reading is measured from here.
    since: Instant,
    read: u64,
    end: Pin<Box<Sleep>>,
    _room: OwnedSemaphorePermit,
}

#[derive(Debug)]
enum Stream {
    Plain(TcpStream),
    Tls(Box<tokio_rustls::server::TlsStream<TcpStream>>),
}

/// From where a request came: for counting tries at signing in, and for nothing else; it is in no log.
#[derive(Clone, Copy, Debug)]
pub struct Caller(pub SocketAddr);

impl Connected<IncomingStream<'_, Door>> for Caller {
    fn connect_info(stream: IncomingStream<'_, Door>) -> Self {
        Self(*stream.remote_addr())
    }
}

/// The router behind a proxy that names the caller in a header, such as `X-Forwarded-For`: the last address of it counts, which is the one that
/// the proxy itself saw and added. Without it all who come by the proxy are one caller, and strangers who guess passwords keep the staff from
/// signing in. Whoever reaches this server past the proxy can name any address, so it is for a server that nobody else reaches.
pub fn behind(router: Router, header: HeaderName) -> Router {
    router.layer(map_request(move |mut request: Request| {
        let named = request.headers().get_all(&header).iter().next_back();
        if let Some(address) = named.and_then(|value| value.to_str().ok()).and_then(last_address) {
            request.extensions_mut().insert(ConnectInfo(Caller(SocketAddr::new(address, 0))));
        }
        async move { request }
    }))
}

/// The last of a header's addresses, with or without a port.
fn last_address(value: &str) -> Option<IpAddr> {
    let last = value.rsplit(',').next()?.trim();
    last.parse().ok().or_else(|| last.parse::<SocketAddr>().ok().map(|address| address.ip()))
}

/// Answers requests until `stop` completes, then lets those under way finish for a moment.
///
/// # Errors
/// The socket's.
pub async fn serve(door: Door, router: Router, stop: impl Future<Output = ()> + Send + 'static) -> io::Result<()> {
    let (say, heard) = tokio::sync::oneshot::channel();
    let stop = async move {
        stop.await;
        // Nobody listens any more only when serving has ended already.
        let _ = say.send(());
    };
    let router = router.into_make_service_with_connect_info::<Caller>();
    let serving = axum::serve(door, router).with_graceful_shutdown(stop);
    tokio::select! {
        ended = async { serving.await } => ended,
        () = async { if heard.await.is_ok() { sleep(FAREWELL).await } else { std::future::pending().await } } => Ok(()),
    }
}

impl Door {
    /// Accepts from a bound socket. A slow handshake keeps nobody else waiting.
    ///
    /// # Errors
    /// The socket's, when its address cannot be read.
    pub fn open(listener: TcpListener, tls: Option<Arc<ServerConfig>>) -> io::Result<Self> {
        Self::open_with(listener, tls, PATIENCE)
    }

    fn open_with(listener: TcpListener, tls: Option<Arc<ServerConfig>>, patience: Duration) -> io::Result<Self> {
        let address = listener.local_addr()?;
        let (sender, arrivals) = mpsc::channel(1);
        let porter = tokio::spawn(accept_all(listener, tls.map(TlsAcceptor::from), patience, sender));
        Ok(Self { arrivals, address, porter })
    }

    /// The address it listens on.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

async fn accept_all(
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    patience: Duration,
    sender: mpsc::Sender<(Line, SocketAddr)>,
) {
    let rooms = Arc::new(Semaphore::new(CONNECTIONS));
    // The semaphore is never closed, and the loop ends when the receiving end is gone.
    while let Ok(room) = Arc::clone(&rooms).acquire_owned().await {
        let Ok((stream, address)) = listener.accept().await else {
            sleep(REST).await;
            continue;
        };
        // Only speed is lost where the system refuses this.
        let _ = stream.set_nodelay(true);
        let (sender, tls) = (sender.clone(), tls.clone());
        tokio::spawn(async move {
            let stream = match tls {
                None => Stream::Plain(stream),
                Some(tls) => match timeout(HANDSHAKE, tls.accept(stream)).await {
                    Ok(Ok(stream)) => Stream::Tls(Box::new(stream)),
                    Ok(Err(_)) | Err(_) => return,
                },
            };
            // The receiving end is gone when the server is stopping.
            let _ = sender.send((Line::of(stream, patience, room), address)).await;
        });
    }
}

impl Drop for Door {
    fn drop(&mut self) {
        self.porter.abort();
    }
}

impl Listener for Door {
    type Io = Line;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        match self.arrivals.recv().await {
            Some(arrival) => arrival,
            // The porter has ended, so nobody will ever come.
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        Ok(self.address)
    }
}

impl Line {
    fn of(stream: Stream, patience: Duration, room: OwnedSemaphorePermit) -> Self {
        Self { stream, patience, since: Instant::now(), read: 0, end: Box::pin(sleep(patience)), _room: room }
    }

    fn moved(&mut self) {
        let earned = Duration::from_secs(self.read / SLOWEST);
        let end = self.since + self.patience + earned;
        self.end.as_mut().reset(end);
    }

    /// Something was read: it earns the time that it may take at the slowest.
    fn has_read(&mut self, bytes: usize) {
        self.read = self.read.saturating_add(bytes as u64);
        self.moved();
    }

    /// Something was written: the count begins anew.
    fn has_written(&mut self) {
        self.since = Instant::now();
        self.read = 0;
        self.moved();
    }

    /// Still waiting, or waited long enough.
    fn wait<T>(&mut self, context: &mut Context<'_>) -> Poll<io::Result<T>> {
        self.end.as_mut().poll(context).map(|()| Err(io::ErrorKind::TimedOut.into()))
    }
}

impl AsyncRead for Line {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = into.filled().len();
        let polled = match &mut self.stream {
            Stream::Plain(stream) => Pin::new(stream).poll_read(context, into),
            Stream::Tls(stream) => Pin::new(stream.as_mut()).poll_read(context, into),
        };
        if polled.is_pending() {
            return self.wait(context);
        }
        self.has_read(into.filled().len() - before);
        polled
    }
}

impl AsyncWrite for Line {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let polled = match &mut self.stream {
            Stream::Plain(stream) => Pin::new(stream).poll_write(context, bytes),
            Stream::Tls(stream) => Pin::new(stream.as_mut()).poll_write(context, bytes),
        };
        if polled.is_pending() {
            return self.wait(context);
        }
        self.has_written();
        polled
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let polled = match &mut self.stream {
            Stream::Plain(stream) => Pin::new(stream).poll_flush(context),
            Stream::Tls(stream) => Pin::new(stream.as_mut()).poll_flush(context),
        };
        if polled.is_pending() { self.wait(context) } else { polled }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let polled = match &mut self.stream {
            Stream::Plain(stream) => Pin::new(stream).poll_shutdown(context),
            Stream::Tls(stream) => Pin::new(stream.as_mut()).poll_shutdown(context),
        };
        if polled.is_pending() { self.wait(context) } else { polled }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use axum::routing::get;
    use std::io::{Read as _, Write as _};

    /// A head that comes drop by drop is not waited for, however long it keeps dropping; an honest request beside it is answered.
    #[tokio::test(flavor = "multi_thread")]
    async fn who_only_wastes_time_is_cut_off() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let door = Door::open_with(listener, None, Duration::from_millis(300)).unwrap();
        let address = door.address();
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let router = Router::new().route("/", get(|| async { "here" }));
        let serving = tokio::spawn(serve(door, router, async {
            let _ = stopped.await;
        }));
        let dripping = tokio::task::spawn_blocking(move || {
            let mut stream = std::net::TcpStream::connect(address).unwrap();
            let began = std::time::Instant::now();
            while began.elapsed() < Duration::from_secs(20) {
                let gone = stream.write_all(b"G").is_err();
                if gone {
                    return began.elapsed();
                }
                std::thread::sleep(Duration::from_millis(20));
            }
            began.elapsed()
        });
        let honest = tokio::task::spawn_blocking(move || {
            let mut stream = std::net::TcpStream::connect(address).unwrap();
            stream.write_all(b"GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").unwrap();
            let mut answer = String::new();
            stream.read_to_string(&mut answer).unwrap();
            answer
        });
        assert!(honest.await.unwrap().ends_with("here"));
        assert!(dripping.await.unwrap() < Duration::from_secs(10));
        stop.send(()).unwrap();
        assert!(serving.await.unwrap().is_ok());
    }
}
