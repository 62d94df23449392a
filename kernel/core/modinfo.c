// SPDX-License-Identifier: MIT
/* What a module of this build tree tells about itself; compiled once for each. */
#include "ls_abi.h"
#include <lockstep/modinfo.h>
