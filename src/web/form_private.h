/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * form_private.h - a body, taken apart before anybody asks for its fields.
 */
#ifndef BIRGE_WEB_FORM_PRIVATE_H
#define BIRGE_WEB_FORM_PRIVATE_H

#include "web/form.h"

#define FORM_FIELDS 256       /* fields of one form */
#define FORM_NAME_BYTES 256   /* of a field's name */
#define MULTIPART_HEADER 2048 /* bytes of one part's header */
#define JSON_VALUES 10000     /* values of one JSON body: an empty array costs two bytes there and a hundred here */
#define JSON_NESTING 16

enum form_kind {
    VALUE_FORM,   /* text of an HTML form: everything is text there */
    VALUE_STRING, /* of JSON, as are the others */
    VALUE_INT,
    VALUE_BOOL,
    VALUE_NULL,
    VALUE_OTHER,  /* a fraction, an array: no field takes it */
};

struct form_value {
    struct str name; /* "applicant.name" for a nested one */
    enum form_kind kind;
    struct str text;
    int64_t number;  /* VALUE_INT, VALUE_BOOL */
};

/* Names and values, decoded and valid UTF-8, in the order of the body; at most one file. */
struct form_data {
    struct form_value *values;
    size_t n_values;
    struct str file_field; /* absent: no file part */
    struct web_file file;  /* its bytes share the memory of the body */
};

/* Take apart `body`. 0, or 400. Memory: `a`; values without escapes share the body's. Cost: linear. */
int form_parse_urlencoded(struct arena *a, struct str body, struct form_data *ret);
/* The same for multipart/form-data; a file part is refused unless `takes_file`. Source: RFC 7578; RFC 2046, 5.1. */
int form_parse_multipart(struct arena *a, struct str body, struct str boundary, bool takes_file, struct form_data *ret);
/* The same for JSON; true when it is an object, else `ret_malformed` names line and column. Source: RFC 8259. */
bool form_parse_json(struct arena *a, struct str body, struct form_data *ret, struct str *ret_malformed);

/* Check `data` against the table, fill `ret_values` and collect errors in table order. `keeps_wrong`: a wrong text
 * stays, to be drawn again. */
void form_fill(struct arena *a, const struct lang *lang, const struct web_form *form, const struct form_data *data,
               bool keeps_wrong, void *ret_values, struct web_errors *errors);

/* The type of a Content-Type header, and two parameters. */
struct media_type {
    struct str name;     /* "multipart/form-data", as sent */
    struct str boundary; /* absent without one */
    struct str charset;  /* absent without one */
};
/* False when it is malformed. Shares the memory of `header`. Source: RFC 9110, 8.3.1. */
bool media_type_parse(struct str header, struct media_type *ret);

/* Cut `name=value` or `name="value"` off the front of a list of parameters that begins behind a ';'.
 * False when it is malformed. */
bool parameter_cut(struct str *list, struct str *ret_name, struct str *ret_value);

#endif
