internal import Quantities

extension Float {
    /// The nearest whole number of one in 0...2^22, for the loops over pixels: no test, no trap, and an even one of two.
    @inline(__always)
    var nearest: UInt32 { (self + 8_388_608).bitPattern & 0x7f_ffff }
}
