# SPDX-License-Identifier: GPL-2.0-or-later
# All that the virtual board has; configure with --with-devices-aarch64=tyr.
CONFIG_ARM_VIRT=y
CONFIG_VIRT_MALI=y
CONFIG_VIRTIO_PCI=y
CONFIG_VIRTIO_BLK=y
CONFIG_VIRTIO_NET=y
CONFIG_VIRTIO_SERIAL=y
CONFIG_VIRTIO_GPU=y
CONFIG_VIRTIO_RNG=y
CONFIG_VIRTIO_INPUT=y
