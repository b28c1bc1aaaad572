/* The include graph: rooms and files that include one another, and arrows that the drawing does not
 * have.
 *
 * A file here is a .c and its .h together: that x.c includes x.h is not a cycle, but two mechanisms
 * that each include the header of the other are one. */
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "style/checks.h"

enum { NODES_MAX = 1024, EDGES_MAX = 64, NAME_MAX_ = 128 };

struct node {
    char name[NAME_MAX_];
    const struct style_file *file; /* one of it, to name in a fault */
    struct node *sees[EDGES_MAX];
    int n;
    enum { NEW, OPEN, DONE } state;
};

struct graph {
    struct node nodes[NODES_MAX];
    int n;
};

static struct node *node_named(struct graph *graph, const char *name, size_t size,
                               const struct style_file *file) {
    for (int i = 0; i < graph->n; i++)
        if (strncmp(graph->nodes[i].name, name, size) == 0 && graph->nodes[i].name[size] == '\0')
            return &graph->nodes[i];
    seam_assert(graph->n < NODES_MAX && size < NAME_MAX_);
    struct node *node = &graph->nodes[graph->n++];
    memset(node, 0, sizeof *node);
    memcpy(node->name, name, size);
    node->file = file;
    return node;
}

static void add_edge(struct node *from, struct node *to) {
    if (from == to)
        return;
    for (int i = 0; i < from->n; i++)
        if (from->sees[i] == to)
            return;
    seam_assert(from->n < EDGES_MAX);
    from->sees[from->n++] = to;
}

/* --- includes --------------------------------------------------------------------------------- */

/* The path after harness/ without what follows its last dot, and of it the room. */
static const char *below_harness(const struct style_file *file) {
    return strncmp(file->path, "harness/", 8) == 0 ? file->path + 8 : NULL;
}

static size_t stem_size(const char *path) {
    const char *dot = strrchr(path, '.');
    return dot != NULL ? (size_t)(dot - path) : strlen(path);
}

static size_t room_size(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash != NULL ? (size_t)(slash - path) : 0;
}

/* The file that an include means: from harness/, beside the file, or what is written into an
 * audited program under a name of its own. */
static const struct style_file *included(const struct style_tree *tree,
                                         const struct style_file *from, const char *name,
                                         size_t size) {
    char path[400];
    static const char audited[] = "seam_audit_";
    snprintf(path, sizeof path, "harness/%.*s", (int)size, name);
    const struct style_file *file = style_tree_find(tree, path);
    if (file == NULL) {
        snprintf(path, sizeof path, "%.*s/%.*s", (int)room_size(from->path), from->path, (int)size,
                 name);
        file = style_tree_find(tree, path);
    }
    if (file == NULL && strncmp(name, audited, sizeof audited - 1) == 0) {
        snprintf(path, sizeof path, "harness/audit/inside/%.*s", (int)(size - sizeof audited + 1),
                 name + sizeof audited - 1);
        file = style_tree_find(tree, path);
    }
    return file;
}

typedef void each_include(const struct style_file *from, const struct style_file *to, int line,
                          void *argument);

static void for_each_include(const struct style_tree *tree, each_include *body, void *argument) {
    static const char start[] = "#include \"";
    for (int i = 0; i < tree->n; i++) {
        const struct style_file *from = &tree->files[i];
        if (below_harness(from) == NULL || from->text == NULL || from->kind == STYLE_DOCUMENT)
            continue;
        const char *text = from->text, *line;
        size_t size;
        for (int number = 1; style_next_line(&text, &line, &size); number++) {
            if (strncmp(line, start, sizeof start - 1) != 0)
                continue;
            const char *name = line + sizeof start - 1;
            const struct style_file *to = included(tree, from, name, strcspn(name, "\"\n"));
            if (to != NULL && below_harness(to) != NULL)
                body(from, to, number, argument);
        }
    }
}

struct graphs {
    struct graph files, rooms;
};

static void add_include(const struct style_file *from, const struct style_file *to, int line,
                        void *argument) {
    struct graphs *graphs = argument;
    const char *a = below_harness(from), *b = below_harness(to);
    (void)line;
    add_edge(node_named(&graphs->files, a, stem_size(a), from),
             node_named(&graphs->files, b, stem_size(b), to));
    add_edge(node_named(&graphs->rooms, a, room_size(a), from),
             node_named(&graphs->rooms, b, room_size(b), to));
}

/* Both graphs, until the next call. */
static struct graphs *graphs_of(const struct style_tree *tree) {
    static struct graphs graphs;
    graphs.files.n = graphs.rooms.n = 0;
    for_each_include(tree, add_include, &graphs);
    return &graphs;
}

/* --- cycles ----------------------------------------------------------------------------------- */

/* The open nodes, from the first to this one, if the one that it sees is open too. */
struct path {
    struct node *nodes[NODES_MAX];
    int n;
};

static void report_cycle(const struct path *path, const struct node *again,
                         struct style_faults *faults) {
    char text[2000] = "";
    int i = 0;
    while (path->nodes[i] != again)
        i++;
    for (; i < path->n; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s includes ",
                 path->nodes[i]->name);
    style_fault(faults, again->file, 1, "a cycle: %s%s", text, again->name);
}

static void visit(struct node *node, struct path *path, struct style_faults *faults) {
    node->state = OPEN;
    path->nodes[path->n++] = node;
    for (int i = 0; i < node->n; i++)
        if (node->sees[i]->state == OPEN)
            report_cycle(path, node->sees[i], faults);
        else if (node->sees[i]->state == NEW)
            visit(node->sees[i], path, faults);
    path->n--;
    node->state = DONE;
}

static void check_cycles(struct graph *graph, struct style_faults *faults) {
    struct path path = {{NULL}, 0};
    for (int i = 0; i < graph->n; i++)
        if (graph->nodes[i].state == NEW)
            visit(&graph->nodes[i], &path, faults);
}

void style_check_cycles(const struct style_tree *tree, struct style_faults *faults) {
    struct graphs *graphs = graphs_of(tree);
    check_cycles(&graphs->rooms, faults);
    check_cycles(&graphs->files, faults);
}

/* --- arrows ----------------------------------------------------------------------------------- */

static const struct room {
    const char *name, *others, *in_tests;
} rooms[] = {
#define ROOM(name, others, in_tests) {name, others, in_tests},
#include "style/rooms.def"
#undef ROOM
};

static bool has_word(const char *words, const char *word, size_t size) {
    for (const char *at = words; *at != '\0'; at += strspn(at, " ")) {
        size_t n = strcspn(at, " ");
        if (n == size && strncmp(at, word, n) == 0)
            return true;
        at += n;
    }
    return false;
}

static void check_arrow(const struct style_file *from, const struct style_file *to, int line,
                        void *argument) {
    struct style_faults *faults = argument;
    const char *a = below_harness(from), *b = below_harness(to);
    bool is_test = style_ends_with(a, "_test.c") || style_ends_with(a, "_expect.h");
    if (room_size(a) == room_size(b) && strncmp(a, b, room_size(a)) == 0)
        return;
    for (size_t i = 0; i < sizeof rooms / sizeof rooms[0]; i++) {
        const struct room *room = &rooms[i];
        if (strlen(room->name) != room_size(a) || strncmp(room->name, a, room_size(a)) != 0)
            continue;
        if (!has_word(room->others, b, room_size(b)) &&
            !(is_test && has_word(room->in_tests, b, room_size(b))))
            style_fault(faults, from, line, "%s may not include %s: see rooms.def", room->name, b);
        return;
    }
    style_fault(faults, from, line, "the room %.*s has no row in rooms.def", (int)room_size(a), a);
}

void style_check_arrows(const struct style_tree *tree, struct style_faults *faults) {
    for_each_include(tree, check_arrow, faults);
}

/* --- on request ------------------------------------------------------------------------------- */

static void print_graph(FILE *out, const struct graph *graph) {
    for (int i = 0; i < graph->n; i++) {
        fprintf(out, "%s:", graph->nodes[i].name);
        for (int k = 0; k < graph->nodes[i].n; k++)
            fprintf(out, " %s", graph->nodes[i].sees[k]->name);
        fprintf(out, "\n");
    }
}

void style_print_graph(FILE *out, const struct style_tree *tree) {
    struct graphs *graphs = graphs_of(tree);
    print_graph(out, &graphs->rooms);
    fprintf(out, "\n");
    print_graph(out, &graphs->files);
}
