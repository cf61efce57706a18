import CTraining
import Kernels

/// Inner loops, compiled for the instruction set of the kernel that multiplies binary32: a constant of the program.
nonisolated(unsafe) let operations = nlt_operations_for(Kernel.exact.passes)
