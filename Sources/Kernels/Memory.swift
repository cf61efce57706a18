import CKernels

/// Gives the system back what has been freed and is kept for later allocations.
package func returnFreeMemory() { nl_return_free_memory() }
