//! Names to addresses that have been checked.

use std::error::Error;
use std::future::Future;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};

use hyper_util::client::legacy::connect::dns::Name;
use tower_service::Service;

use super::Reach;

/// One of the addresses may not be called.
#[derive(Debug, thiserror::Error)]
#[error("an address is not public")]
pub struct NotPublic;

type Failure = Box<dyn Error + Send + Sync>;

/// Resolves a name with the operating system, and refuses it when one of its addresses is not permitted: who mixes such in
/// does so on purpose.
#[derive(Debug, Clone, Copy)]
pub struct Resolver(pub Reach);

impl Service<Name> for Resolver {
    type Response = std::vec::IntoIter<SocketAddr>;
    type Error = Failure;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Failure>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Failure>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, name: Name) -> Self::Future {
        let Self(reach) = *self;
        Box::pin(async move {
            // The connector puts the port in.
            let addresses: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            checked(reach, addresses)
        })
    }
}

fn checked(reach: Reach, addresses: Vec<SocketAddr>) -> Result<std::vec::IntoIter<SocketAddr>, Failure> {
    if addresses.iter().all(|address| reach.permits(address.ip())) {
        Ok(addresses.into_iter())
    } else {
        Err(Box::new(NotPublic))
    }
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use super::{Reach, checked};
    use crate::url::LocalReceivers;

    #[test]
    fn one_private_address_spoils_a_name() {
        let addresses = |texts: &[&str]| -> Vec<SocketAddr> {
            texts.iter().map(|text| SocketAddr::new(text.parse().unwrap(), 0)).collect()
        };
        let refused = Reach::Public(LocalReceivers::Refused);
        assert!(checked(refused, addresses(&["1.1.1.1", "2606:4700::1111"])).is_ok());
        assert!(checked(refused, addresses(&["1.1.1.1", "10.0.0.1"])).is_err());
        assert!(checked(refused, addresses(&["1.1.1.1", "::ffff:127.0.0.1"])).is_err());
        assert!(checked(Reach::Public(LocalReceivers::Allowed), addresses(&["127.0.0.1"])).is_ok());
        assert!(checked(Reach::Public(LocalReceivers::Allowed), addresses(&["169.254.169.254"])).is_err());
    }
}
