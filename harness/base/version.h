/* The version of seam: what --version prints, and what the first line of a record names. */
#ifndef SEAM_VERSION_H
#define SEAM_VERSION_H

#define SEAM_VERSION "0.1.0"

#endif
