/* SPDX-License-Identifier: MIT */
#ifndef LS_TIMELINE_H
#define LS_TIMELINE_H

/* What the page of timeline_html.c looks like, and how it answers to a pointer (timeline_style.c). */
extern const char ls_timeline_style[], ls_timeline_script[];

#endif /* LS_TIMELINE_H */
