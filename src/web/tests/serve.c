/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * serve.c - the small site of the tests, to look at by hand: web_serve 127.0.0.1:8650, until its input ends.
 */
#include <stdio.h>
#include <unistd.h>

#include "web/tests/fixture.h"

int main(int argc, char **argv)
{
    char byte;
    struct arena *a = arena_new("serve", 0);
    struct fixture *f = fixture_new(a);
    if (argc > 1)
        f->options.listen = argv[1];
    fixture_start(f);
    (void)fprintf(stderr, "http://%s\n", str_to_c(a, web_address(f->web)));
    while (read(STDIN_FILENO, &byte, 1) > 0)
        continue;
    fixture_stop(f, 5);
    arena_free(a);
    return 0;
}
