//! Why a GPU cannot be read, and what a person can do about it.

/// Every failure of this layer. None of them fails a run.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GpuError {
    #[error("the NVIDIA management library is not there ({detail})")]
    LibraryMissing { detail: String },
    #[error("the NVIDIA management library `{library}` cannot be used ({detail})")]
    LibraryUnusable { library: String, detail: String },
    #[error("the NVIDIA driver is not loaded")]
    DriverNotLoaded,
    #[error("the NVIDIA driver and its library are of different versions")]
    VersionMismatch,
    #[error("this user may not talk to the NVIDIA driver")]
    NoPermission,
    #[error("the NVIDIA driver knows no GPU")]
    NoDevice,
    #[error("GPU {device} is gone ({detail})")]
    Lost { device: u32, detail: String },
    #[error("GPU {device} answered nothing ({detail})")]
    Silent { device: u32, detail: String },
    #[error("the driver refused ({detail})")]
    Refused { detail: String },
    #[error("the sampler's thread did not start ({detail})")]
    NoThread { detail: String },
    #[error("the sampler's thread ended")]
    ThreadEnded,
}

impl GpuError {
    /// What helps, as a sentence for a person.
    pub fn cure(&self) -> &'static str {
        match self {
            GpuError::LibraryMissing { .. } => {
                "install the NVIDIA driver, or in a container start it with `--gpus all` and the `utility` capability; \
                 `gpu.library` names another path"
            }
            GpuError::LibraryUnusable { .. } => {
                "give `gpu.library` the path of libnvidia-ml.so.1 of the running driver"
            }
            GpuError::DriverNotLoaded => "load it (`modprobe nvidia`) and check that `nvidia-smi` answers",
            GpuError::VersionMismatch => "reboot, so that the kernel loads the driver that was installed last",
            GpuError::NoPermission => "give this user access to /dev/nvidiactl and /dev/nvidia0",
            GpuError::NoDevice => "check that `nvidia-smi` lists the card and that the container was given it",
            GpuError::Lost { .. } => "see the kernel log for an Xid error; the card needs a reset or a reboot",
            GpuError::Silent { .. } | GpuError::Refused { .. } => "check that `nvidia-smi` answers",
            GpuError::NoThread { .. } => "raise the limit of threads for this user",
            GpuError::ThreadEnded => "restart dualbench, and report it: this is a defect of dualbench",
        }
    }
}
