/// The optimiser's constants, as pix2pix was published.
package struct Adam: Sendable {
    package var beta1 = 0.5
    package var beta2 = 0.999

    package init() {}
}
