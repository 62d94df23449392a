/* SPDX-License-Identifier: MIT */
#include "gt/intel_gt.h"
