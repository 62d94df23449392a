// SPDX-License-Identifier: MIT
/* The program that test_start_ms is measured against. */
int main(void) { return 0; }
