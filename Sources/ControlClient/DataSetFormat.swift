/// How labels are written for other programs to learn from.
package enum DataSetFormat: String, Sendable, CaseIterable {
    /// Instances of COCO: `annotations/instances_train.json` and `_val.json`, pictures in `train` and `val`.
    case coco
    /// Outlines of YOLO: `data.yaml`, `images` and `labels`, each with `train` and `val`.
    case yolo
    /// Pictures in `train` and `test` that show the field on the left and its labels on the right.
    case pix2pix

    /// Folder of what is to learn from, and of what is held out.
    func part(isHeldOut: Bool) -> String { isHeldOut ? (self == .pix2pix ? "test" : "val") : "train" }
}
