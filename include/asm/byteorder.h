/* SPDX-License-Identifier: MIT */
#include <linux/byteorder.h>
