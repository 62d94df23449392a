/* SPDX-License-Identifier: MIT */
/* Trace events have no bodies; there is nothing to define. */
