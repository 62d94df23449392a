/* SPDX-License-Identifier: MIT */
#ifndef _XEN_XEN_H
#define _XEN_XEN_H

#define xen_pv_domain() 0

#endif
