/* SPDX-License-Identifier: MIT */
#ifndef _KUNIT_VISIBILITY_H
#define _KUNIT_VISIBILITY_H

/* Tests are always built, so everything a test may want to see is visible. */
#define VISIBLE_IF_KUNIT
#define EXPORT_SYMBOL_IF_KUNIT(symbol)
#define EXPORT_SYMBOL_FOR_KUNIT(symbol)

#endif /* _KUNIT_VISIBILITY_H */
