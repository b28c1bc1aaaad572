/* What AddressSanitizer says when it stops the process, and where in Go that was. */
#ifndef SEAM_AUDIT_SANITIZER_H
#define SEAM_AUDIT_SANITIZER_H

void seam_audit_watch_reports(void);

#endif
